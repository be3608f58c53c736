"""What can go wrong with a file of lessons (FORMAT 13).

FormatError
└── LessonFileError     it is no such file, or something in it is not right
"""

from content_packs.errors import FormatError


class LessonFileError(FormatError):
    """A file of lessons cannot be read: `code` says why, `lesson`, `item` and `line` where, counted from 1, else 0.

    `said` is what the file says there, or how much is allowed.
    """

    def __init__(self, *, code: str, lesson: int = 0, item: int = 0, line: int = 0, said: str = "") -> None:
        super().__init__(problem=f"{code} (lesson {lesson}, item {item}, line {line})")
        self.code = code
        self.lesson = lesson
        self.item = item
        self.line = line
        self.said = said
