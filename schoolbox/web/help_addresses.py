"""Help with addresses that hold in the whole country: what they are for, who gives them, what leaves the box."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "addresses": Topic(
        title=N_("Addresses for the whole country"),
        lead=N_("For technicians. One tick; the box does the rest when there is a line. Nothing needs an address."),
        drawing="i-users",
        reader="technician",
        steps=(
            Step(
                N_(
                    "Ask your school's head first: for an address, name and surname leave the school. The page “What "
                    "is kept of you” then says so to parents."
                )
            ),
            Step(
                N_(
                    "Open “Status”, “What the school allows”, tick “Pupils and teachers get an address that holds in "
                    "the whole country”, and save."
                )
            ),
            Step(
                N_(
                    "When there is a line, the box asks the ministry's identity office. “Status” shows how many have "
                    "an address and how many wait."
                )
            ),
            Step(
                N_(
                    "The address stands on the page of the person, on the teacher's page of the pupil, under “My "
                    "progress”, and in the list that is taken out under “Lists”. Whoever prints sign-in cards can tick "
                    "that it stands on them, too. Teachers can sign in with it in place of the login."
                )
            ),
        ),
        questions=(
            Question(
                N_("Why is the number in the address another than in the login?"),
                N_(
                    "Logins are counted in the school, addresses in the whole country. The login on slips and cards "
                    "stays as it is."
                ),
            ),
            Question(
                N_("A name was corrected. Does the address change?"),
                N_(
                    "No: an address is for life. The identity office can give another one; the old one then stays "
                    "theirs, too, and is given to nobody else."
                ),
            ),
            Question(
                N_("A pupil goes to another school. What becomes of the address?"),
                N_("It goes along with the transfer: the new school's box is told the same address."),
            ),
            Question(
                N_("Parents do not want it for their child. What now?"),
                N_(
                    "Record under “Personal data” that they took their consent back. The box then asks the office to "
                    "erase name and address; the child learns on as before."
                ),
            ),
            Question(
                N_("“The office must decide”: what does that mean?"),
                N_(
                    "The pupil came from another school where the name was written otherwise. So that nobody learns "
                    "an address that is not theirs, a person at the office looks at it. There is nothing to do."
                ),
            ),
        ),
    ),
}
