"""Help with newer programs: from a stick, from the hub, and what the box does if one is not well."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "program": Topic(
        title=N_("A newer program for the box"),
        lead=N_("It comes on a stick or from the hub, and needs no internet. What was learnt stays as it is."),
        drawing="i-sync",
        reader="technician",
        steps=(
            Step(N_("Put in the stick. The page “USB” says that a newer program is on it, and what is new.")),
            Step(N_("Choose a time when nobody learns, and press “Take it”.")),
            Step(N_("Leave the stick in until the box says that it has copied everything.")),
            Step(N_("The box starts anew and looks whether all is well. “Status”, “The program of the box” says so.")),
        ),
        questions=(
            Question(
                N_("What if the new program is not well?"),
                N_(
                    "The box goes back to the one before by itself, with the database as it was, and says why. Nobody "
                    "was let in meanwhile, so nothing can be lost. You may switch it off at any moment: it goes on "
                    "where it was."
                ),
            ),
            Question(
                N_("Whose programs does the box take?"),
                N_(
                    "Only those that enough of the people have signed who were named when the card was made. These "
                    "are others than those who sign packs. An older program is never taken."
                ),
            ),
            Question(
                N_("Can the box do this by itself?"),
                N_(
                    "Yes, from its hub, between 1 and 5 at night, if you allow it on the same page. Without your word "
                    "it never does."
                ),
            ),
        ),
    ),
}
