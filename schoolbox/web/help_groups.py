"""Help with the groups of a class."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "groups": Topic(
        title=N_("Make groups in your class"),
        lead=N_("For a reading group, for helpers, for those who need more time: tick once, use it in every lesson."),
        drawing="i-users",
        steps=(
            Step(N_("Open your class and there “Groups”. Give the group a name, tick who is in it, and save.")),
            Step(
                N_(
                    "When you give a lesson or hold a test, choose the group under “For whom”. Only its pupils see it, "
                    "and the page of the lesson counts only them."
                )
            ),
            Step(N_("Open the group again to rename it, or to put pupils in or out.")),
        ),
        questions=(
            Question(
                N_("Somebody comes into the group later. Which lessons does this pupil see?"),
                N_(
                    "Every lesson of the group that you have not ended. A test is for those who were in the group "
                    "when you made it."
                ),
            ),
            Question(
                N_("What happens when I delete a group?"),
                N_(
                    "Its lessons stay with the pupils who were in it. What they watched and answered stays in any case."
                ),
            ),
            Question(
                N_("A pupil changes class or leaves the school."),
                N_("With the class a pupil leaves its groups, without anything to do. What was learnt goes along."),
            ),
        ),
    ),
}
