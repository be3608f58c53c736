"""The box's web server and how it sends files: waitress, with `os.sendfile` from its event loop.

    from schoolbox.server import FileSlice, make_server

Knows nothing of Flask, services or the database. `schoolbox.web.media` is what views use.
"""

from schoolbox.server.errors import BlobGoneError, ListenError, ServerError
from schoolbox.server.options import ServerOptions
from schoolbox.server.server import BoxServer, make_server
from schoolbox.server.slices import FileSlice

__all__ = ["BlobGoneError", "BoxServer", "FileSlice", "ListenError", "ServerError", "ServerOptions", "make_server"]
