"""Help for pupils: signing in, and learning with the box."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "signing-in": Topic(
        title=N_("Sign in and out"),
        lead=N_("With your card, or with your class, your name and your PIN."),
        drawing="i-user",
        reader="pupil",
        steps=(
            Step(N_("If you have a card, point the camera of a phone at its code and open what it shows.")),
            Step(N_("If not, press “Sign in”, tap your class, your name, and your PIN or your three pictures.")),
            Step(N_("Your name is at the top. Is it somebody else's? Tap it and sign out, then sign in yourself.")),
            Step(N_("When you are done on a tablet that others use, sign out, so that nobody goes on in your name.")),
        ),
        questions=(
            Question(
                N_("I forgot my PIN, or lost my card."),
                N_("Tell your teacher: you get a new one at once. Everything you have learnt stays."),
            ),
            Question(
                N_("The box asks again who I am. Why?"),
                N_("Nothing was done for a while, and it signed you out. What you did is kept. Sign in again."),
            ),
        ),
    ),
    "learning": Topic(
        title=N_("Learn with the box"),
        lead=N_("Watch, read and try. The box remembers where you were, on every phone and tablet."),
        drawing="i-play",
        reader="pupil",
        steps=(
            Step(N_("“Home” shows first what your teacher gave you, then where you stopped last time.")),
            Step(N_("Look for something else under “Subjects”, or write a word under “Search”.")),
            Step(N_("Below a video you choose captions and speed, and read along. Tap a line to hear it again.")),
            Step(N_("“My progress” shows what you have done. Only you and your teacher see it.")),
        ),
        questions=(
            Question(
                N_("Do I need internet?"),
                N_("No. Everything is in the box. Your phone must only be in the Wi-Fi of the school."),
            ),
            Question(
                N_("I watched something without signing in. Does it count?"),
                N_("No, the box did not know who you are. Sign in before you begin."),
            ),
        ),
    ),
}
