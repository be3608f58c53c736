"""Words that people write: folding, logins, names on the network and marks take any text there is."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from content_packs.captions import lines
from schoolbox.services.folding import WORD_CHARS_MAX, fold, match_query, words
from schoolbox.services.logins import PART_LENGTH_MAX, login_base, next_free, plain
from schoolbox.web.markup import rich
from sync.discovery.announcement import TXT_STRING_BYTES_MAX, Announcement
from sync.discovery.names import LABEL_BYTES_MAX, host_label, instance_label, next_host, next_instance
from sync.markup import plain as unmarked
from tests.properties.bounded import bounded

anything = st.text(max_size=200)
_MARKED = st.lists(
    st.sampled_from(("{", "}", "/", "`", "**", "<", ">", "&", '"', "'", "\n", "1", "a", "&lt;", "{1/2}",
    "<script>")), max_size=30
).map("".join)


@bounded(200)
@given(anything)
def test_folded_words_are_plain_and_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert all(0 < len(word) <= WORD_CHARS_MAX for word in words(text))
    assert not any(unicodedata.combining(letter) for letter in folded)
    assert match_query(text).isprintable()


@bounded(200)
@given(anything)
def test_letters_that_look_alike_fold_alike_whatever_form_they_come_in(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@bounded(200)
@given(anything, anything, st.sets(st.sampled_from(("a", "b", "user", "user2", "a.b")), max_size=5))
def test_any_two_names_make_a_login_that_can_be_typed(given_name: str, surname: str, taken: set[str]) -> None:
    login = login_base(given_name, surname)
    assert re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)?", login)
    assert len(login) <= 2 * PART_LENGTH_MAX + 1
    assert next_free(login, taken | {login}) not in taken | {login}
    assert re.fullmatch(r"[a-z0-9]*( [a-z0-9]+)*", plain(given_name))


@bounded(200)
@given(anything, anything)
def test_any_school_can_be_announced(school: str, host: str) -> None:
    said = Announcement(school=school, version="1", box_id="b", port=80, host=host)
    assert all(len(key) + 1 + len(value) <= TXT_STRING_BYTES_MAX for key, value in said.properties().items())
    for label in (instance_label(school), next_instance(instance_label(school)), host_label(host),
    next_host(host_label(host))):
        assert 0 < len(label.encode()) <= LABEL_BYTES_MAX


@bounded(200)
@given(st.one_of(anything, _MARKED))
def test_marks_never_become_other_tags_and_no_word_is_lost(text: str) -> None:
    html = str(rich(text))
    bare = re.sub(r"<(?:/?(?:code|b)|br|/?span(?: (?:class|role|aria-[a-z]+)=\"[^\"<>]*\")*)>", "", html)
    assert "<" not in bare
    assert ">" not in bare
    assert len(unmarked(text)) <= len(text)


@bounded(200)
@given(st.lists(st.sampled_from(("WEBVTT", "\n", "\r\n", "00:01.000", " --> ", "99:59:59.999", "a", "<i>", "&amp;",
"٣")), max_size=40))
def test_captions_come_out_in_order_whatever_the_file_holds(pieces: list[str]) -> None:
    found = lines("".join(pieces))
    assert [line.start_s for line in found] == sorted(line.start_s for line in found)
    assert all(line.text.strip() for line in found)
