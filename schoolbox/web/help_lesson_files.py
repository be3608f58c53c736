"""Help with lessons as files: taking them along, preparing them at home, bringing them back."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "lesson-file": Topic(
        title=N_("Prepare lessons at home and bring them in a file"),
        lead=N_("A lesson travels as a small file: on a stick, on your phone, or from a colleague at another school."),
        drawing="i-doc",
        steps=(
            Step(
                N_(
                    "At school, open your class, “Give a lesson”, choose the course and press “Take this course along "
                    "as a file”. Each unit of the course is a lesson in it, with everything that belongs to it."
                )
            ),
            Step(
                N_(
                    "At home, open the file with a text editor such as Notepad. Delete what does not belong to your "
                    "lesson, bring the rest in order, write a “title” and a “note” for the pupils. Save it under a "
                    "name that ends in .schoolbox-lesson."
                )
            ),
            Step(
                N_(
                    "Bring it on your phone or laptop, or on a stick in a folder called “lessons”. Open your class, "
                    "“Lessons”, “From a file”, and choose it."
                )
            ),
            Step(
                N_(
                    "The box shows what is in it: what it has, what has been replaced, and what it does not have with "
                    "the course it comes from. Choose the class and, if you like, a day, and press “Prepare for this "
                    "class”. Pupils see a lesson once you give it."
                )
            ),
            Step(
                N_(
                    "Lessons that exist already go the same way: “Take along as a file” on the page of a lesson, or "
                    "under “Copy lessons” as many as you tick."
                )
            ),
        ),
        questions=(
            Question(
                N_("How do I write such a file without a box?"),
                N_(
                    'Like this: { "format": 1, "lessons": [ { "title": "Java 12", "note": "…", '
                    '"items": [ "mash:mbledhja", "mash:kuizi" ] } ] }. What stands under “items” is the end of the '
                    "address of each item's page; the whole address may stand there, too."
                ),
            ),
            Question(
                N_("The box says that a file could not be read."),
                N_(
                    "Nothing was changed. It says in which line or lesson the mistake is and how to mend it; mostly a "
                    "comma or a quotation mark is missing."
                ),
            ),
            Question(
                N_("What does the file say about my pupils?"),
                N_(
                    "Nothing: neither class, names, day nor results are in it. It holds the list of items and your "
                    "own words."
                ),
            ),
        ),
    ),
}
