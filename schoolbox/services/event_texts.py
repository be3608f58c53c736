"""What each noted event is called for people: the sentence, how it ended, and how much it matters.

The sentences are keys of the catalogues; facts of the event stand in them as `%(name)s`. A number stands behind a
colon, so that a sentence is right for one and for many.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from schoolbox.marks import N_
from schoolbox.services.events import EventRow

Tone = Literal["ok", "info", "warn", "bad"]


class EventText(msgspec.Struct, frozen=True):
    """How one kind of event is told."""

    what: str
    result: str
    tone: Tone


TEXTS: Mapping[str, EventText] = {
    "claimed": EventText(N_("The box was claimed by its technician"), N_("Done"), "ok"),
    "roster_loaded": EventText(
        N_("School list read; new people: %(added)s, known: %(known)s"), N_("Done"), "ok"
    ),
    "roster_taken": EventText(N_("School list taken out as a file; people in it: %(people)s"), N_("Done"), "info"),
    "kept_fields_chosen": EventText(
        N_("Chosen what the school keeps of people beyond name and class: %(fields)s"), N_("Done"), "info"
    ),
    "sign_in_guessing": EventText(
        N_("Somebody tries many PINs or passwords for person %(person)s"), N_("Slowed down"), "warn"
    ),
    "cards_made": EventText(N_("New sign-in cards made: %(cards)s"), N_("The old ones no longer work"), "info"),
    "card_guessing": EventText(N_("Somebody tries codes of sign-in cards from %(network)s"), N_("Slowed down"), "warn"),
    "machine_restarted": EventText(N_("The machine was started again from its page"), N_("Done"), "info"),
    "machine_switched_off": EventText(N_("The machine was switched off from its page"), N_("Done"), "info"),
    "own_network_changed": EventText(N_("The box's own Wi-Fi was changed"), N_("Done"), "info"),
    "time_zone_changed": EventText(N_("The time zone of the box is now %(zone)s"), N_("Done"), "info"),
    "policy_set": EventText(N_("Somebody changed what the school allows"), N_("Done"), "info"),
    "pack_installed": EventText(N_("Pack %(pack)s installed, version %(version)s"), N_("Done"), "ok"),
    "pack_installed_in_part": EventText(
        N_("Pack %(pack)s installed, version %(version)s; files still missing: %(missing)s"),
        N_("Not complete"), "warn",
    ),
    "pack_came": EventText(N_("Pack %(pack)s came by itself, version %(version)s"), N_("Done"), "ok"),
    "pack_came_in_part": EventText(
        N_("Pack %(pack)s came by itself, version %(version)s; files still missing: %(missing)s"),
        N_("Not complete"), "warn",
    ),
    "pack_undone": EventText(N_("Pack %(pack)s went back to version %(version)s"), N_("Done"), "info"),
    "pack_removed": EventText(N_("Pack %(pack)s removed"), N_("Done"), "info"),
    "pack_damaged": EventText(
        N_("Pack %(pack)s is damaged; files missing: %(missing)s, corrupt: %(corrupt)s"), N_("Install it again"), "bad"
    ),
    "packs_hidden_or_shown": EventText(
        N_("The list of publishers changed; packs hidden or shown again: %(packs)s"),
        N_("Look at the packs"), "warn",
    ),
    "clock_told": EventText(N_("A device of the staff told the box what time it is"), N_("Done"), "info"),
    "refused_again": EventText(N_("Refused results wait for the hub again: %(statements)s"), N_("Done"), "info"),
    "refused_kept": EventText(N_("Refused results set aside for good: %(statements)s"), N_("Kept on the box"), "info"),
    "line_rules_set": EventText(
        N_("Somebody decided how much of the line the box may use"), N_("Done"), "info"
    ),
    "number_renewed": EventText(
        N_("The box was given a number and keys of its own, because another one carried them"),
        N_("Take it in anew"), "warn",
    ),
    "hub_orders_taken": EventText(N_("The hub set something on this box: %(settings)s"), N_("Done"), "info"),
    "hub_setting_refused": EventText(
        N_("Somebody decided not to follow the hub in this: %(setting)s"), N_("The hub is told"), "info"
    ),
    "hub_setting_followed": EventText(N_("The hub may set this again: %(setting)s"), N_("Done"), "info"),
    "courier_written": EventText(
        N_("Results written for the hub, to take along; results in it: %(statements)s"), N_("On its way"), "info"
    ),
    "courier_settled": EventText(
        N_("The hub's receipt came back; results that arrived: %(statements)s, refused: %(refused)s"), N_("Done"), "ok"
    ),
    "academy_accepted": EventText(
        N_("The lessons of the school %(academy)s are accepted from now on"), N_("Done"), "info"
    ),
    "academy_forgotten": EventText(
        N_("The lessons of the school %(academy)s are accepted no longer"), N_("Done"), "info"
    ),
    "root_pinned": EventText(
        N_("The box believes the publishers of the number %(fingerprint)s from now on"), N_("Done"), "ok"
    ),
    "root_came": EventText(
        N_("The box believes the publishers that came with its system (number %(fingerprint)s)"), N_("Done"), "ok"
    ),
    "root_came_wrong": EventText(
        N_("What came with the system to say whose packs are believed is damaged (%(file)s)"),
        N_("See “Set up this box”"), "warn",
    ),
    "root_replaced": EventText(
        N_("The box trusts another ministry from now on (fingerprint %(fingerprint)s)"),
        N_("Look at who did this"), "warn",
    ),
    "sharing_code_made": EventText(
        N_("A new code was made for boxes that take packs from this one"), N_("Done"), "info"
    ),
    "sharing_code_withdrawn": EventText(
        N_("The code for boxes that take packs from this one was withdrawn"), N_("Done"), "info"
    ),
    "stick_written": EventText(N_("Written onto a stick: %(names)s"), N_("Done"), "ok"),
    "reset_ordered": EventText(N_("Somebody ordered a new box to be made of this one"), N_("Done"), "warn"),
    "enrolled": EventText(N_("The box now belongs to %(hub)s"), N_("Done"), "ok"),
    "program_asked": EventText(N_("Somebody had version %(version)s of the program taken"), N_("Being tried"), "info"),
    "program_taken": EventText(N_("A newer program runs: version %(version)s"), N_("All is well"), "ok"),
    "program_went_back": EventText(
        N_("Version %(version)s of the program was not well, and the one before runs again"),
        N_("Nothing is lost"), "warn",
    ),
    "program_ill": EventText(
        N_("Version %(version)s of the program is not well, but no other can read the database"),
        N_("Bring a newer one"), "bad",
    ),
    "program_refused": EventText(
        N_("Version %(version)s of the program was not taken"), N_("See “The program of the box”"), "warn"
    ),
    "program_nights_set": EventText(
        N_("Somebody decided whether the box takes newer programs by night"), N_("Done"), "info"
    ),
    "database_put_back": EventText(
        N_("The database was damaged; the copy of %(copied)s was put back, rows saved: %(rows)s, incomplete: %(torn)s"),
        N_("Mended"), "warn",
    ),
    "database_mended": EventText(
        N_("The database was damaged, and there was no copy; rows saved: %(rows)s, incomplete: %(torn)s"),
        N_("Mended"), "warn",
    ),
    "database_checked": EventText(N_("Database checked; problems found: %(problems)s"), N_("Checked"), "info"),
}
UNKNOWN = EventText(N_("Something else happened (%(code)s)"), N_("Noted"), "info")


def text_of(event: EventRow) -> EventText:
    """How an event is told; one whose facts do not fit its sentence, or that nobody knows, by its code."""
    text = TEXTS.get(event.code, UNKNOWN)
    try:
        _ = text.what % facts_of(event)
    except KeyError:
        return UNKNOWN
    return text


def facts_of(event: EventRow) -> dict[str, str | int]:
    """What fills the sentence."""
    return {**event.facts, "code": event.code}
