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
}
