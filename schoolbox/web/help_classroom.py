"""Help with lessons, people and signing in."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

TOPICS: dict[str, Topic] = {
    "lesson": Topic(
        title=N_("Give your class a lesson"),
        lead=N_("Pick items from any course; your pupils see them first when they open the box."),
        drawing="i-cal",
        steps=(
            Step(
                N_(
                    "Open “Classes”, your class, and there “Give a lesson”. Choose a course and tick what belongs to "
                    "it."
                )
            ),
            Step(
                N_(
                    "Choose whether it is for the whole class or for some. A title, a day and a word for the pupils "
                    "may stay empty. Then press “Give this lesson”."
                )
            ),
            Step(
                N_(
                    "On the page of the lesson you see how far everybody is and who wants help. There you also add "
                    "items of other courses by searching, change their order, or take some out."
                )
            ),
            Step(
                N_(
                    "If an item has left the library, the page says so and offers what took its place. Pupils are not "
                    "shown what they cannot open."
                )
            ),
            Step(
                N_(
                    "“End it” takes the lesson off the pupils' pages; you find it again under “Lessons”, and can give "
                    "a copy to another class, or to next year's."
                )
            ),
        ),
        questions=(
            Question(
                N_("Does the day decide when pupils see a lesson?"),
                N_("No. They see it as soon as it is given and until you end it; the day is only shown to them."),
            ),
            Question(
                N_("How do I prepare lessons ahead, or use last year's again?"),
                N_(
                    "“Only prepare it” keeps a lesson out of the pupils' sight until you give it. Under “Lessons” of "
                    "a class, “Copy lessons” prepares as many as you tick for another class, or for the same one in "
                    "the new year."
                ),
            ),
            Question(
                N_("What is lost when I delete a lesson?"),
                N_(
                    "Only the lesson itself. What pupils watched and answered stays, and the items stay in the "
                    "library."
                ),
            ),
        ),
    ),
    "list": Topic(
        title=N_("Bring pupils and teachers in from a list"),
        lead=N_("For the technician. The list that the office has is right as it is; nothing has to be typed twice."),
        drawing="i-users",
        reader="technician",
        steps=(
            Step(
                N_(
                    "Take the list as .xlsx or CSV. Each row is one person; over the columns stand headings such "
                    "as Name, Surname, Class, in Albanian, Serbian, Bosnian, Turkish or English."
                )
            ),
            Step(
                N_(
                    "Open “People”. Tick on the right what the school keeps besides name and class; what is not "
                    "ticked is not read. Then choose the file."
                )
            ),
            Step(
                N_(
                    "The box shows what it takes each column for. Correct what is not right: name and surname may "
                    "stand in one column, the class in the title or in two columns."
                )
            ),
            Step(
                N_(
                    "The check says what will be new and what changes. If something is wrong, each row is named "
                    "with what to do; nothing is imported until the list is right."
                )
            ),
            Step(
                N_(
                    "After importing, print the slips with logins and PINs, cut them, and hand them out. Then put "
                    "them away: nobody can read them again."
                )
            ),
        ),
        questions=(
            Question(
                N_("Pupils came, left, or changed class."),
                N_(
                    "Take the list out as .xlsx, correct it and bring it in again. The column “Login” says who is "
                    "who, so names and classes may change. Nobody is removed by a list, and no PIN changes."
                ),
            ),
            Question(
                N_("The class became a date, such as 06.Feb."),
                N_(
                    "Spreadsheets do that with 6/2. Mark the column, choose the format “Text” and write the "
                    "classes again; or write 6-2 as VI-2."
                ),
            ),
            Question(
                N_("Where is the list kept?"),
                N_(
                    "Only in the memory of the box, until it is imported or for half an hour; it is never written "
                    "to its disk. What is stored afterwards is what you ticked. Delete the file from your "
                    "computer yourself."
                ),
            ),
        ),
    ),
    "cards": Topic(
        title=N_("Sign a class in with cards"),
        lead=N_(
            "Make the cards once. After that nobody has to type anything, and a class is signed in within seconds."
        ),
        drawing="i-card",
        steps=(
            Step(
                N_("Open your class and press “Sign-in cards”. Choose the whole class, then press “Make new cards”.")
            ),
            Step(N_("Open the sheet, print it on A4 at full size (100 %), and cut along the dashed lines.")),
            Step(
                N_(
                    "The pupil connects the phone to the school's Wi-Fi, opens the camera, points it at the code, "
                    "opens the address that appears, and says “Yes, I am …”."
                )
            ),
            Step(N_("Collect the cards after the lesson, or let pupils keep them as they keep a key.")),
        ),
        questions=(
            Question(
                N_("A card is lost."),
                N_(
                    "Open the page of that pupil and press “A new card”. The old card stops working at once, and "
                    "whoever came in with it is signed out. What was learnt stays."
                ),
            ),
            Question(
                N_("The phone says that the page cannot be reached."),
                N_(
                    "Look whether the phone is on the school's Wi-Fi. If the box was given another number, make new "
                    "cards; until then pupils sign in with class, name and PIN."
                ),
            ),
            Question(
                N_("The printer failed."),
                N_(
                    "The sheet can be opened again for half an hour. After that nobody knows the codes any more: "
                    "make new cards."
                ),
            ),
            Question(
                N_("Small pupils cannot type a PIN."),
                N_(
                    "Open the class and press “PIN or pictures”: they then touch three pictures in order. Print the "
                    "page that follows; the pictures are shown this once."
                ),
            ),
            Question(
                N_("The next pupil takes the same tablet."),
                N_(
                    "Point it at the next card: the one before is signed out. Or press the name at the top, "
                    "then “Not …? Sign out”."
                ),
            ),
        ),
    ),
}
