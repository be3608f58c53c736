"""Help with quizzes of one's own and tests."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "own-quiz": Topic(
        title=N_("Make a quiz"),
        lead=N_("Write questions of your own on a phone or computer; your pupils answer them like any other quiz."),
        drawing="i-quiz",
        steps=(
            Step(
                N_(
                    "Open “Classes”, your class, “Tests”, and there “My quizzes”. Type what the quiz is called and "
                    "press “Begin a quiz”."
                )
            ),
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
    "test": Topic(
        title=N_("Hold a test"),
        lead=N_("You open the test, the class answers, you close it, and you decide when pupils see what was right."),
        drawing="i-check",
        steps=(
            Step(
                N_(
                    "Open “Classes”, your class, “Tests”, and press “Hold a test”. Choose a quiz: one of yours, or any "
                    "that the search finds. Choose the minutes and whom it is for."
                )
            ),
            Step(
                N_(
                    "“Open the test now” puts it first on the pages of these pupils. Each answers once and may change "
                    "answers until handing in; nothing tells right from wrong meanwhile."
                )
            ),
            Step(
                N_(
                    "Your page tells by itself who has begun, how many answers each has, and who is through. Right and "
                    "wrong stand there only after “Show me right and wrong”."
                )
            ),
            Step(N_("“Close the test” ends it for everybody: what was answered until then counts.")),
            Step(
                N_(
                    "“Show the results to the pupils” lets each see the own answers and what was right. Only then "
                    "does the result count: in the reports, and on the map of the class if the quiz is in the library."
                )
            ),
        ),
        questions=(
            Question(
                N_("The power went, or a phone was lost, in the middle of a test."),
                N_(
                    "Every saved answer is in the box. The pupil signs in again, on any phone, and goes on. Under "
                    "“Help …” you give one pupil more time, or let one go on who is through."
                ),
            ),
            Question(
                N_("Can pupils look up the answers before?"),
                N_(
                    "While a test is open, neither these pupils nor anybody who is not signed in can practise with "
                    "its quiz. A quiz that you keep “Only in tests” is in no library at all."
                ),
            ),
        ),
    ),
}
