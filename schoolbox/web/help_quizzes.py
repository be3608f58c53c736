"""Help with quizzes."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "quizzes": Topic(
        title=N_("How quizzes work"),
        lead=N_("For pupils: how you answer, and what is safe when the power goes."),
        drawing="i-quiz",
        reader="pupil",
        steps=(
            Step(N_("Answer one question after the other. Each answer is in the box as soon as you send it.")),
            Step(
                N_(
                    "To bring things in order, tap them one after the other or give each a number. Where something "
                    "is missing, write into the gap."
                )
            ),
            Step(
                N_(
                    "Some questions have a hint. With a hint a right answer is right; only in a practice it does not "
                    "count yet."
                )
            ),
            Step(
                N_(
                    "Some quizzes show what was right only at the end. There you can change every answer until you "
                    "press “Hand in”."
                )
            ),
            Step(
                N_(
                    "A practice goes on until you have enough right answers in a row. If one is not right yet, the "
                    "row begins anew, and you can take all the time you want."
                )
            ),
        ),
        questions=(
            Question(
                N_("The power went, or the line broke. Is my quiz lost?"),
                N_("No. What you sent is in the box. Open the quiz again: it goes on with the next question."),
            ),
            Question(
                N_("What happens to the time when the box is off?"),
                N_(
                    "It stands still. After a restart you have what was left at your last answer, from the moment "
                    "you are back; after half an hour it runs on by itself."
                ),
            ),
            Question(
                N_("What happens when my time is over?"),
                N_("The quiz ends by itself, and everything you answered counts."),
            ),
            Question(
                N_("Does a quiz count that I try without signing in?"),
                N_("No. Nothing of it is kept, and your teacher does not see it. Sign in first if it is to count."),
            ),
        ),
    ),
}
