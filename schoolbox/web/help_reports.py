"""Help with reports: who is here, the week, which question fools everyone."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "reports": Topic(
        title=N_("See how your class is doing"),
        lead=N_("Open “Reports” and your class. Only the teachers of a class see its reports."),
        drawing="i-chart",
        steps=(
            Step(
                N_(
                    "“Right now” tells who is here and who is stuck, and renews itself. Leave it open on your laptop "
                    "while the class works."
                )
            ),
            Step(
                N_(
                    "“The week” tells how long each pupil worked, what was finished and how the quizzes went, beside "
                    "the week before. Choose any other week at the top."
                )
            ),
            Step(
                N_(
                    "“Quizzes” lists the quizzes of the class. Open one: at each question you see how many got it "
                    "right at first and which wrong answer was given most."
                )
            ),
            Step(N_("Press the name of a pupil to see day by day what was done.")),
            Step(N_("Each report can be printed, or taken along for Excel or as CSV.")),
        ),
        questions=(
            Question(
                N_("What counts as a minute of work?"),
                N_(
                    "A minute in which the pupil watched, opened or answered something on the box. Reading on paper "
                    "and thinking are not seen by the box: few minutes do not mean little work."
                ),
            ),
            Question(
                N_("A week seems to be missing."),
                N_(
                    "Look through the list of weeks: if the clock of the box was wrong, the work stands under another "
                    "date. Nothing is left out. Ask the technician to set the clock."
                ),
            ),
        ),
    ),
}
