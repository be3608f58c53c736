"""Help with personal data: consent, taking out, erasing, the log."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "privacy": Topic(
        title=N_("Personal data: show, give out, erase"),
        lead=N_("For technicians. Parents may ask for each of these; five minutes are enough."),
        drawing="i-lock",
        reader="technician",
        steps=(
            Step(N_("“What is kept of you”, at the foot of every page, says it in plain words. Print it for parents.")),
            Step(N_("Open “People”, then “Consent and personal data”, and look the person up by name.")),
            Step(
                N_(
                    "“Take everything out as a file” gives one file with all that the box keeps. Hand it over, then "
                    "delete your copy."
                )
            ),
            Step(
                N_(
                    "Record there, too, what parents agreed to or took back. From then on nothing of the child's "
                    "learning is sent to the hub, and on the box the child learns as before."
                )
            ),
            Step(
                N_(
                    "“Erase” asks for the login, so that nobody is erased by a slip of the hand. It also goes from "
                    "the copies of the database, and the hub is asked to do the same."
                )
            ),
        ),
        questions=(
            Question(
                N_("Do the answers of a whole class have to be recorded one by one?"),
                N_(
                    "No. Open “People”, “Classes”, a class, and there “Consent”: tick whose parents agreed on paper, "
                    "and press once."
                ),
            ),
            Question(
                N_("Who can see what teachers and technicians looked at?"),
                N_(
                    "“Who looked at what” lists every look and every change, also those of the technician who reads it."
                ),
            ),
            Question(
                N_("Does somebody's old work stay in the figures of the class?"),
                N_("No. Results and answers go with the person; lessons and quizzes stay for the others."),
            ),
        ),
    ),
}
