"""Help with people and classes one by one, and with the new school year."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "year": Topic(
        title=N_("Begin a new school year"),
        lead=N_("For technicians. Each grade goes up when you say so; no date does it by itself."),
        drawing="i-cal",
        reader="technician",
        steps=(
            Step(N_("Open “People” and there “New school year”. Tick the grades whose lessons are over.")),
            Step(
                N_(
                    "“Show what would happen” lists every class: what it becomes, and who leaves the school. Nothing "
                    "is changed yet."
                )
            ),
            Step(
                N_(
                    "Press the button below the list. Pupils and teachers stay in their classes, and so does "
                    "everything they did. Open lessons of these classes end."
                )
            ),
            Step(N_("Then bring in the list of the first grade, under “Lists”.")),
        ),
        questions=(
            Question(
                N_("Several grades learn in one class. How does the box know?"),
                N_(
                    "Give each pupil their grade: under “People”, or in the column of the grade in your list. Pupils "
                    "then see the lessons of their own grade. In a new year the class stays, and its pupils go up."
                ),
            ),
            Question(
                N_("The school has two shifts. Must everybody search through all classes?"),
                N_(
                    "Give each class its shift: under “Classes”, or in a column “Shift” of your list. When signing in, "
                    "the classes of the present shift come first, as soon as the box knows the time for sure; the "
                    "others stand below."
                ),
            ),
            Question(
                N_("I rolled over the wrong grade. What now?"),
                N_("“Take it back” on the same page undoes it, as long as no class was changed since."),
            ),
            Question(
                N_("Somebody left the school. Should I erase them?"),
                N_(
                    "Put them away: they can no longer sign in, and come back with everything if they return. Erase "
                    "only if the parents ask for it."
                ),
            ),
        ),
    ),
}
