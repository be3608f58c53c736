"""Help with the line to the hub: what waits, what was refused, quiet hours."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "line": Topic(
        title=N_("How results get to the hub over a line"),
        lead=N_("By themselves, whenever there is a line. Nothing is lost, and nothing is counted twice."),
        drawing="i-sync",
        reader="technician",
        steps=(
            Step(N_("Open “Status”, then “The line to the hub”: there stands what waits and how far it is.")),
            Step(N_("Answers and scores leave first, the details of what was watched after them.")),
            Step(
                N_(
                    "If the line is thin, set how much of it the box may use, and the hours in which it belongs to the "
                    "pupils."
                )
            ),
            Step(N_("“Send now” sends at once, also in a quiet hour.")),
        ),
        questions=(
            Question(
                N_("What does it mean that the hub refused something?"),
                N_(
                    "The hub could not take it as it is. It is kept on the box with the reason, and everything else "
                    "goes on. Tell the ministry its number, and try it again once they have answered."
                ),
            ),
            Question(
                N_("What if the box does not know what time it is?"),
                N_(
                    "It asks the hub before it sends anything, and puts right when each thing happened. Until then no "
                    "hour is quiet."
                ),
            ),
            Question(
                N_("What can the hub set here?"),
                N_(
                    "How much of the line the box may use, quiet hours, and packs that it takes by itself; and it can "
                    "show notices to the staff. All of it is signed by the hub that took the box in. “The line to the "
                    "hub” lists what it has set, and a technician may refuse each of them there."
                ),
            ),
        ),
    ),
}
