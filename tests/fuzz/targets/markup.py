"""Quiz texts as HTML: whatever a pack says, only our own few tags come out, with all the words (FORMAT 4.4)."""

from html.parser import HTMLParser

from schoolbox.web.markup import rich
from sync.markup import plain
from tests.fuzz.target import Target


class _Reader(HTMLParser):
    """What a browser would make of it: tags with their attributes, and the words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")


def run(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    reader = _Reader()
    reader.feed(str(rich(text)))
    reader.close()
    assert reader.tags <= {"span", "code", "b", "br"}
    assert reader.attributes <= {"class", "role", "aria-label", "aria-hidden"}
    assert _letters("".join(reader.words)) == _letters(plain(text))


def _letters(text: str) -> str:
    """What is read: a fraction is drawn without its slash."""
    return text.replace("/", "")


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        text.encode()
        for text in (
            "Sa bëjnë {1/7} + {3/7}?", "`for i in range(3):`", "**Kujdes** <script>alert(1)</script>",
            "a\nb & c &amp; {a/b}",
            "{<b>/</b>}", "`<!--`", '**" onclick="x**',
        )
    ],
    words=(b"{", b"/", b"}", b"`", b"**", b"<", b">", b"&lt;", b'"', b"<!--", b"\0", b"&#60;"),
    max_bytes=8192,
    runs=1500,
)  # fmt: skip
