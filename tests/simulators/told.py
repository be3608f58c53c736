"""What a teacher reads of an error: its three sentences in Albanian, one a line, as the pages of the box write them.

    assert "Lexohet vetëm" in told(error)
"""

from functools import cache
from gettext import NullTranslations

from schoolbox.faults import Fault, fault_sentences
from schoolbox.messages import TABLE, sentences
from schoolbox.told import Place
from schoolbox.web.i18n import catalogue_of


def told(error: Exception | None, *, place: Place = "stick") -> str:
    """What is said of an error that has a row of its own; all of it is translated, with its facts filled in.

    Of another place than a stick, no stick is spoken.
    """
    assert error is not None
    assert type(error) in TABLE, type(error)
    said = _read(sentences(error, _albanian().gettext, place=place), sentences(error, str, place=place))
    assert place == "stick" or "USB-ja u hoq" not in "".join(said)
    return said


def told_of(fault: Fault | None) -> str:
    """What is said of an error that was kept with a job."""
    assert fault is not None
    return _read(fault_sentences(fault, _albanian().gettext), fault_sentences(fault, str))


def _read(said: tuple[str, str, str], english: tuple[str, str, str]) -> str:
    """Make sure that nothing was left as it stands in the code."""
    assert not set(said) & set(english), said
    assert not any("%(" in sentence for sentence in said)
    return "\n".join(said)


@cache
def _albanian() -> NullTranslations:
    return catalogue_of("sq")
