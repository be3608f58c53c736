"""Help with quizzes of one's own and tests."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "own-quiz": Topic(
        title=N_("Make a quiz"),
        lead=N_("Write questions of your own on a phone or computer; your pupils answer them like any other quiz."),
        drawing="i-quiz",
        steps=(
            Step(N_("Open “Classes”, then “My quizzes”. Type what the quiz is called and press “Begin a quiz”.")),
            Step(
                N_(
                    "Choose what kind of question comes next and press “Write a question”. Every page is saved when "
                    "you press a button on it, also if something is still missing; the page then says what."
                )
            ),
            Step(
                N_(
                    "For gaps, write the whole sentence and put the missing words in [brackets]. For a picture, "
                    "choose one from the phone and say in words what it shows."
                )
            ),
            Step(
                N_(
                    "Under “Title and settings” you choose grade and subject, a limit of time, how many tries, and "
                    "whether it is a quiz, a practice, or for tests only."
                )
            ),
            Step(
                N_(
                    "“See it as a pupil” shows each question. When nothing is missing any more, press “Make it ready "
                    "for use”: then you can give it as a lesson or hold a test with it."
                )
            ),
        ),
        questions=(
            Question(
                N_("May I change a quiz that is in use?"),
                N_(
                    "Yes. Pupils see the old one until you press “Use the changed quiz”. Whoever is in the middle of "
                    "it begins anew; the old answers are kept."
                ),
            ),
            Question(
                N_("Do colleagues see my quizzes?"),
                N_("Only those that you share. They can look at them and make a copy, but not change yours."),
            ),
            Question(
                N_("Does my name leave the school with the quiz?"),
                N_("No. A quiz carries the name of the school, also on a stick for a neighbour, not yours."),
            ),
        ),
    ),
}
