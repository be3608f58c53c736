"""Files of lessons: what a box writes it reads, whatever teachers and packs call things (FORMAT 13)."""

from hypothesis import given
from hypothesis import strategies as st

from content_packs.lesson_file import FileItem, FileLesson, read_lessons, write_lessons
from tests.properties.bounded import bounded
from tests.properties.values import ids, words

_SEEN = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"])
typed = st.text(_SEEN, max_size=40)
"""What the form of a lesson lets through, in one word."""


@st.composite
def lessons(draw: st.DrawFn) -> FileLesson:
    """A lesson as a box writes it: words of a form, titles as packs have them."""
    found = st.builds(FileItem, item=ids, title=words, pack=ids, pack_title=words)
    items = draw(st.lists(found, min_size=1, max_size=6, unique_by=lambda item: item.item))
    return FileLesson(title=draw(typed), note="\n".join(draw(st.lists(typed, max_size=3))).strip(), items=tuple(items))


@bounded(60)
@given(st.lists(lessons(), min_size=1, max_size=4))
def test_what_is_written_is_read_again_with_the_same_words_and_items(written: list[FileLesson]) -> None:
    read = read_lessons(write_lessons(written))
    assert [(one.title, one.note) for one in read] == [(one.title, one.note) for one in written]
    assert [[item.item for item in one.items] for one in read] == [[item.item for item in one.items] for one in written]
    assert read_lessons(write_lessons(read)) == read
