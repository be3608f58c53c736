"""Which language a page speaks.

Rules, the first that says something: what this person chose in the menu (a cookie), the language of their account, the
school's, the device's, the box's own; only what the school offers. A device in English has no say: phones here often
are, and their owners are not.

    choose(box)
"""

from flask import g, request, session

from schoolbox.web import i18n
from schoolbox.wiring import Box
from sync.languages import KNOWN, Language, language_of


def offered(box: Box) -> dict[str, Language]:
    """The languages of the menu."""
    return {tag: KNOWN[tag] for tag in box.policy.languages()}


def choose(box: Box, *, for_people: bool) -> None:
    """Choose the language of the page that is being made."""
    tags = box.policy.languages()
    wanted = request.args.get("lang", "") if for_people else ""
    if wanted in tags and session.get("language") != wanted:
        session["language"] = wanted
        session.permanent = True
    account = language_of(g.viewer.language) if g.viewer else ""
    asked = (str(session.get("language", "")) if for_people else "", account, box.policy.allowed().first_language)
    i18n.speak(next((tag for tag in asked if tag in tags), "") or _of_device(tags) or box.policy.language())


def _of_device(tags: tuple[str, ...]) -> str:
    wanted = (language_of(tag) for tag in request.accept_languages.values())
    return next((tag for tag in wanted if tag in tags and tag != "en"), "")
