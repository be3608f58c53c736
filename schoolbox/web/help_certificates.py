"""Help with certificates: printing and checking them."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "certificates": Topic(
        title=N_("Print and check certificates"),
        lead=N_("Who has finished a course gets a paper that any school can check, without internet."),
        drawing="i-check",
        steps=(
            Step(N_("Open your class and press “Certificates”. It lists the courses that pupils have finished.")),
            Step(N_("Press “Print”: one page for each pupil, in the pupil's language. Sign them by hand, too.")),
            Step(N_("Pupils find their own certificates under “My progress”.")),
            Step(
                N_(
                    "To check one, point a phone on the school's Wi-Fi at the code. Or open “Check a certificate” at "
                    "the foot of any page and paste the text."
                )
            ),
        ),
        questions=(
            Question(
                N_("The course was taken off the box."),
                N_("What was finished stays, with the day and the result, and can be printed as before."),
            ),
            Question(
                N_("The box says that it does not know the school."),
                N_(
                    "Nothing in the certificate was changed, but this box has never met that school. Ask the school "
                    "for the number of its box, or let the technician accept the school."
                ),
            ),
        ),
    ),
    "passports": Topic(
        title=N_("Take a passport along"),
        lead=N_("A passport is a file with everything a pupil has learnt, signed by the school."),
        drawing="i-card",
        reader="pupil",
        steps=(
            Step(N_("Pupils find it under “My progress”, teachers on the page of the pupil: “Take the passport”.")),
            Step(N_("Keep the file as it is, on a phone or a stick. It holds the name and the results, and no PIN.")),
            Step(
                N_(
                    "At any other school, open “Check a certificate” at the foot of a page and choose the file. The "
                    "box says what it holds and who signed it; it keeps nothing of it."
                )
            ),
        ),
        questions=(
            Question(
                N_("Does the other school take the results over?"),
                N_("No. A passport shows what was learnt. To move a pupil with everything, make a transfer."),
            ),
            Question(
                N_("The box says that it is not genuine."),
                N_("Even one changed letter is noticed. Take the file again, and send it on as it is."),
            ),
        ),
    ),
}
