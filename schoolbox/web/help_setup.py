"""Help with a new box: claiming it, what comes after that, and making a new box of an old one."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "setup": Topic(
        title=N_("How a new box is set up"),
        lead=N_("From a phone, in a few minutes; only the hub needs a line, and that can come later."),
        drawing="i-box",
        reader="technician",
        steps=(
            Step(N_("Open the box's page, press “Make it yours” and type the claim code.")),
            Step(N_("On “Set up this box”, look whether the school's name is right.")),
            Step(N_("Give the box's Wi-Fi a password before people sign in there.")),
            Step(N_("Put a stick with packs in and install what the school needs.")),
            Step(N_("Bring the list of the office in: teachers and pupils, from a spreadsheet.")),
            Step(
                N_("Type the address of the hub and the code of the ministry. The box asks until there is a line.")
            ),
        ),
        questions=(
            Question(
                N_("Where is the claim code?"),
                N_(
                    "In the file schoolbox-claim.txt on the box's card, and on a screen that is plugged in. Whoever "
                    "wrote the card for you may have it in a list."
                ),
            ),
            Question(
                N_("The box goes to another school. What now?"),
                N_(
                    "Let it send what waits. Then “Set up this box”, “Make a new box of this one”: everything of "
                    "people goes, packs can stay."
                ),
            ),
        ),
    ),
}
