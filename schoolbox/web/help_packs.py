"""Help with packs: sticks, computers, going back."""

from schoolbox.marks import N_
from schoolbox.web.help_shapes import Question, Step, Topic

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
                N_("It says that this box believes no publisher yet."),
                N_(
                    "A new box has to be told once whose packs it takes. A technician signs in, opens the page of the "
                    "stick, and compares the number there with the one that the ministry gave on paper. Only if all "
                    "of it is the same: one button, and the packs can be installed. Whoever is not sure calls the "
                    "ministry."
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
}
