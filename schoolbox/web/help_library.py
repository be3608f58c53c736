"""Help with choosing what is shown of the library."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "tailor": Topic(
        title=N_("Choose what your pupils see"),
        lead=N_("Hide what a class does not need, and put first what it works on."),
        drawing="i-grid",
        steps=(
            Step(
                N_(
                    "Open your class and press “Library”. The technician opens “What the school allows” and decides "
                    "for the whole school or a grade."
                )
            ),
            Step(N_("“Hide” takes a course out of all lists and the search; “Put first” lets it stand on top.")),
            Step(
                N_("Open a course there to hide or put first single chapters and lessons, and to change their order.")
            ),
        ),
        questions=(
            Question(
                N_("Can pupils open something hidden?"),
                N_("Only what you give them as a lesson. Old links say that it is not shown at the moment."),
            ),
            Question(
                N_("Is anything lost?"),
                N_("No. What pupils have done is kept, and it is back as soon as the course is shown again."),
            ),
        ),
    ),
}
