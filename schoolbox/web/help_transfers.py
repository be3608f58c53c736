"""Help with pupils who change schools."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "transfers": Topic(
        title=N_("How a pupil changes schools"),
        lead=N_("A file on a stick, a code on paper, a receipt back: the two schools need no line between them."),
        drawing="i-out",
        reader="technician",
        steps=(
            Step(
                N_(
                    "Old school, technician: “People”, the pupil, “To another school”. Save the file onto a stick. "
                    "Give the code to the parents or say it by telephone: never put it with the stick."
                )
            ),
            Step(N_("The pupil is put away there from that day. Everything is kept until the receipt comes.")),
            Step(
                N_(
                    "New school, technician: “People”, “Transfers”. Choose the file, type the code, look at "
                    "what is in it, choose the class. Hand out what the pupil signs in with now: the new PIN, or the "
                    "new pictures of a small child."
                )
            ),
            Step(
                N_("The new box shows a receipt of 12 letters and digits. Tell it to the old school, or send its file.")
            ),
            Step(
                N_(
                    "Old school: enter the receipt under “Transfers”. Everything about the pupil is erased "
                    "there."
                )
            ),
        ),
        questions=(
            Question(
                N_("Is there a way without a stick?"),
                N_(
                    "Where both boxes speak with the same hub: on the page of the transfer press “Send it over the "
                    "hub” and choose the school. The sealed file goes when there is a line, and waits there under "
                    "“Transfers” for the code, which still goes on paper or by telephone. The receipt comes back by "
                    "itself and erases at the old school. The hub cannot open the file; it sees which box sends to "
                    "which school, on which day and how much. It keeps a file for 60 days."
                ),
            ),
            Question(
                N_("What goes along?"),
                N_(
                    "Name, login, language, the state and best result of each item, and finished courses with the "
                    "certificates as the old school signed them. PIN, card, single answers, the parents' name and "
                    "phone stay behind and are erased."
                ),
            ),
            Question(
                N_("What must the old school keep?"),
                N_(
                    "The box is not the school's register. What the law asks a school to keep (register, marks, "
                    "leaving papers) is on paper or with the ministry. The box keeps that a pupil was handed over, on "
                    "which day and to which school, without a name."
                ),
            ),
            Question(
                N_("The stick was found by somebody else."),
                N_("Without the code nobody can read it. Make the file again: it gets another code."),
            ),
            Question(
                N_("Two boxes took the same pupil in."),
                N_(
                    "Give file and code to one school only. If two boxes take the pupil in all the same, the first "
                    "receipt ends the transfer, and whoever comes second is told so: by the hub, or by the old "
                    "school. Agree which box keeps the pupil, and archive or erase the pupil on the other."
                ),
            ),
            Question(
                N_("The new school does not know the old one."),
                N_(
                    "The page shows the number of the old school's box. Ask there by telephone whether it is theirs; "
                    "then nobody can have made the file but they."
                ),
            ),
        ),
    ),
}
