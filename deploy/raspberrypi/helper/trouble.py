"""Why something that was asked for was not done; the box has a sentence for each word."""

BAD_REQUEST = "bad_request"
NO_STICK = "no_stick"
STICK_BUSY = "stick_busy"
FAILED = "failed"
NO_NEED = "no_need"


class TroubleError(Exception):
    """It was not done.

    Attributes:
        word: One of the words of this module.
        detail: For the log; never shown.
    """

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(f"{word}: {detail}")
        self.word = word
        self.detail = detail
