"""Help with the machine under the box and its own Wi-Fi."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "machine": Topic(
        title=N_("The machine and its Wi-Fi"),
        lead=N_("Start it again, switch it off, give its Wi-Fi a name and a password."),
        drawing="i-box",
        reader="technician",
        steps=(
            Step(
                N_("Open “Status”, then “The machine”. It is there where the box came as an image, or was installed.")
            ),
            Step(N_("Give the box's Wi-Fi a password before people sign in there.")),
            Step(
                N_(
                    "Outside Kosovo and Albania: say in which country the box is, so that its radio keeps to the rules "
                    "there."
                )
            ),
            Step(N_("Look whether the time zone is right: school days and hours are counted by it.")),
            Step(N_("Switch the machine off before you carry it away.")),
        ),
        questions=(
            Question(
                N_("Why does a phone leave the box's Wi-Fi by itself?"),
                N_(
                    "It looks for the internet, and there is none. Open http://10.42.0.1/welcome on it and press “Stay "
                    "in this Wi-Fi”."
                ),
            ),
        ),
    ),
}
