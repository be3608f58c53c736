"""Help with choosing what is shown of the library."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "tailor": Topic(
        title=N_("Choose what your pupils see"),
        lead=N_("Hide what a class does not need, and put first what it works on."),
        drawing="i-grid",
        steps=(
            Step(
                N_(
                    "Open your class and press “Library”. The technician opens “What the school allows” and decides "
                    "for the whole school or a grade."
                )
            ),
            Step(N_("“Hide” takes a course out of all lists and the search; “Put first” lets it stand on top.")),
            Step(
                N_("Open a course there to hide or put first single chapters and lessons, and to change their order.")
            ),
        ),
        questions=(
            Question(
                N_("Can pupils open something hidden?"),
                N_("Only what you give them as a lesson. Old links say that it is not shown at the moment."),
            ),
            Question(
                N_("Is anything lost?"),
                N_("No. What pupils have done is kept, and it is back as soon as the course is shown again."),
            ),
        ),
    ),
    "own-files": Topic(
        title=N_("Add files of your own"),
        lead=N_("Videos, recordings, worksheets and pictures from your phone or computer become a course."),
        drawing="i-doc",
        steps=(
            Step(N_("Open “Classes”, then “My files”. Type what the course is called and press “Begin a course”.")),
            Step(N_("Choose a file and press “Send the file”. Give it a title; of a picture say what it shows.")),
            Step(N_("Under “Title and settings” choose subject, grade, language and licence.")),
            Step(
                N_(
                    "Press “Put it into the library”. Pupils find it like any other course, and you can give it as a "
                    "lesson."
                )
            ),
        ),
        questions=(
            Question(
                N_("Which videos play on every phone?"),
                N_(
                    "MP4 with H.264 and AAC sound, as most cameras of phones write it. If a phone films in HEVC, "
                    "choose “Most compatible” in the settings of its camera. The box looks and tells you."
                ),
            ),
            Question(
                N_("Can another school have it?"),
                N_("Yes: on a stick, or from box to box, signed by your school. Your name does not go with it."),
            ),
            Question(
                N_("Why does the box of the other school not trust it?"),
                N_(
                    "It does not know your school yet. Its technician opens the page of the stick there, presses “Do "
                    "you know this school?”, asks you by telephone for the number of your box, and decides once."
                ),
            ),
        ),
    ),
}
