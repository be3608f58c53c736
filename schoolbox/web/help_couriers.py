"""Help with sending what is learnt to the hub where there is no line."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "couriers": Topic(
        title=N_("How results get to the hub without a line"),
        lead=N_("A stick or a phone takes them to town, sealed; a receipt comes back. Nothing is lost on the way."),
        drawing="i-usb",
        reader="technician",
        steps=(
            Step(N_("Put a stick into the box and open “USB”, “Results for the hub”. Press the name of the stick.")),
            Step(N_("Give the stick to whoever goes to town. At the ministry or the municipality it is read in.")),
            Step(
                N_("The receipt comes back on the same stick. Put it into the box again and press its name once more.")
            ),
            Step(
                N_(
                    "With a phone: save the file on that page, open the hub's address where there is internet, give it "
                    "the file, save the receipt, and give that to the box."
                )
            ),
        ),
        questions=(
            Question(
                N_("What if the stick is lost?"),
                N_(
                    "Nothing is lost: everything stays on the box until its receipt is back. Who finds the stick can "
                    "read nothing on it; only the hub can open it, and there is no name in it."
                ),
            ),
            Question(
                N_("What if the box never had a line?"),
                N_(
                    "A stick ties it to its hub, too. As a technician open “Results for the hub” and write the request "
                    "onto a stick. When it is back, read the answer there, with the check number that the hub tells "
                    "you by telephone."
                ),
            ),
            Question(
                N_("What if there is a line again meanwhile?"),
                N_("The box sends everything by itself. What then comes by stick as well is counted once."),
            ),
        ),
    ),
}
