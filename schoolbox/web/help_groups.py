"""Help with the pupils and groups of a class."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "pupils": Topic(
        title=N_("Look after the pupils of your class"),
        lead=N_("For teachers, where the school allows it: somebody new, a wrong name, somebody who left."),
        drawing="i-users",
        steps=(
            Step(
                N_("Open your class and there “Pupils”. Write name and surname of a new pupil, and press “Add”.")
            ),
            Step(N_("The next page shows the PIN, or the three pictures, this once: write it down for the pupil.")),
            Step(
                N_(
                    "On the page of a pupil you correct the name, give a new PIN, or say that the pupil has left. "
                    "Everything learnt is kept."
                )
            ),
        ),
        questions=(
            Question(
                N_("I do not see these buttons."),
                N_(
                    "Then the school leaves it to the technician, who chooses this under “What the school allows” on "
                    "the status page. Teachers may add and correct unless that was changed; putting away must be "
                    "allowed first."
                ),
            ),
            Question(
                N_("The pupil comes from another class of the school."),
                N_(
                    "Do not add the pupil once more: let the technician move the pupil under “People”, so that "
                    "everything learnt comes along."
                ),
            ),
        ),
    ),
    "groups": Topic(
        title=N_("Make groups in your class"),
        lead=N_("For a reading group, for helpers, for those who need more time: tick once, use it in every lesson."),
        drawing="i-users",
        steps=(
            Step(
                N_("Open your class and there “Pupils”, “Groups”. Name a group, tick who is in it, and save.")
            ),
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
