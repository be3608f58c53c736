"""One request's work in a worker thread: waitress's, without its habit of closing connections after 204 and 304.

waitress takes an answer without Content-Length for one that only the end of the connection can end. That is wrong for
answers that have no body by definition (RFC 9112 section 6.3): a tablet that reports progress every few seconds, or
asks for thirty thumbnails it has already, would open a new connection each time.
"""

from waitress.task import WSGITask


class BoxTask(WSGITask):
    """A request whose answer may be empty without costing the connection."""

    def set_close_on_finish(self) -> None:
        """Close the connection after this answer, unless all that speaks for it is that the answer has no body."""
        wants_to_stay = self.version == "1.1" and self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.has_body or not wants_to_stay:
            super().set_close_on_finish()
