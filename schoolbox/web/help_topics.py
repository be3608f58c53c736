"""What the help pages say, step by step; pictures are of the real pages, in the reader's language.

Pictures are `static/help-<name>-<language>.png`, taken by `make pictures` from a running demo.
"""

from dataclasses import dataclass

from schoolbox.marks import N_


@dataclass(frozen=True)
class Step:
    """One thing to do; `picture` is the name of the picture that shows it, empty for none."""

    text: str
    picture: str = ""


@dataclass(frozen=True)
class Question:
    """What somebody asks, and the answer: what happened, what is safe, what to do."""

    asked: str
    answer: str


@dataclass(frozen=True)
class Topic:
    """One help page."""

    title: str
    lead: str
    drawing: str
    steps: tuple[Step, ...] = ()
    questions: tuple[Question, ...] = ()


TOPICS: dict[str, Topic] = {
    "install": Topic(
        title=N_("Put packs on the box from a USB stick"),
        lead=N_("Five minutes before class are enough. Whatever happens on the way, pupils keep the lessons they had."),
        drawing="i-usb",
        steps=(
            Step(N_("Put the stick into the box. Then open “USB” on your phone or laptop and sign in as a teacher.")),
            Step(
                N_(
                    "The page shows by itself what is on the stick: what is new, what is newer than "
                    "yours, what you have. "
                    "Packs that nobody trustworthy signed are named too, and cannot be chosen."
                ),
                picture="found",
            ),
            Step(
                N_(
                    "What is new is ticked already. Untick what you do not want; to take only a part of a pack, open "
                    "“Choose units”."
                ),
                picture="units",
            ),
            Step(
                N_(
                    "Press the button at the bottom. You may leave the page, close the laptop, go to "
                    "class: the box goes "
                    "on by itself, and the page shows how far it is when you come back."
                ),
                picture="installing",
            ),
            Step(
                N_("When it says that all is there, the lessons are in the library. Now you can take the stick out."),
                picture="done",
            ),
        ),
    ),
    "trouble": Topic(
        title=N_("When a stick makes trouble"),
        lead=N_("None of this can harm the lessons that are on the box, or what pupils did."),
        drawing="i-info",
        steps=(
            Step(N_("The stick was pulled out too early: put the same stick back. It goes on where it was."), "pulled"),
        ),
        questions=(
            Question(
                N_("The page does not show my stick."),
                N_(
                    "Wait ten seconds, then try another USB port. The stick must hold a folder called “meta”; sticks "
                    "formatted as FAT32, exFAT, NTFS or ext4 can be read."
                ),
            ),
            Question(
                N_("It says that a pack is not trusted."),
                N_(
                    "Somebody who is not on the ministry's list signed it, or it was changed on the way. It is not "
                    "installed, and the box stays as it was. Ask whoever gave you the stick for an original one."
                ),
            ),
            Question(
                N_("It says that the stick is older than what the box has."),
                N_("Nothing is wrong. The box keeps the newer lessons. Ask for a newer stick."),
            ),
            Question(
                N_("It says that a file is damaged or missing."),
                N_(
                    "Everything else of the pack was installed. The lessons that wait are listed on the "
                    "page of the pack. "
                    "Any other stick that has the pack, or the hub, supplies what is missing: just install it again."
                ),
            ),
            Question(
                N_("It says that there is not enough room."),
                N_(
                    "Nothing was changed. Choose only some units, or remove a pack that nobody uses: its page says how "
                    "much that frees. What pupils did with it is kept."
                ),
            ),
            Question(
                N_("The power went in the middle."),
                N_("Switch the box on again and leave the stick in. It goes on by itself."),
            ),
        ),
    ),
    "back": Topic(
        title=N_("Go back to the version before, or remove a pack"),
        lead=N_("Both can be undone, and neither touches what pupils did."),
        drawing="i-sync",
        steps=(
            Step(N_("Open “USB”, then “Packs on this box”, and there the one you mean."), picture="packs"),
            Step(
                N_(
                    "“Go back to version …” brings the version before: it is kept on the box until the next update. "
                    "The newer one is "
                    "not taken again by itself; you can return to it with the same button."
                ),
                picture="pack",
            ),
            Step(
                N_(
                    "“Remove” says first how much room that frees. The box then does not take the pack by itself any "
                    "more; to have it again, install it from a stick or an upload."
                )
            ),
            Step(N_("Who did what, and when, stands at the end of the page.")),
        ),
    ),
    "write": Topic(
        title=N_("Give packs to another school on a stick"),
        lead=N_("Every box can fill a stick. It also plays on any laptop, without a box."),
        drawing="i-right",
        steps=(
            Step(N_("Put in a stick with enough room; FAT32 or exFAT. What is on it stays.")),
            Step(N_("Open “USB”, then “Write packs onto it”. Choose the packs.")),
            Step(N_("Wait until the page says that all is written. Then take the stick out.")),
            Step(
                N_(
                    "In the other school it is installed like any stick. On a laptop, open CONTENTS.html on the stick: "
                    "videos, recordings and worksheets open from there."
                )
            ),
        ),
    ),
    "upload": Topic(
        title=N_("Bring packs from a laptop, without a stick"),
        lead=N_("For a folder or an archive file (.zip) that you were sent or downloaded."),
        drawing="i-plus",
        steps=(
            Step(N_("Connect the laptop to the school's Wi-Fi and open “USB”, then “From this computer”.")),
            Step(
                N_("Choose the archive or the folder. Of a folder, only what the box does not have yet travels."),
                picture="upload",
            ),
            Step(
                N_(
                    "If the Wi-Fi goes, leave the page open: it goes on by itself. If the laptop was closed, choose "
                    "the same file again: it goes on where it was."
                )
            ),
            Step(N_("Then choose and install the packs, as from a stick.")),
        ),
    ),
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
"""Each topic by the last part of its address."""
