"""The box's web server and how it sends files: waitress, with `os.sendfile` from its event loop.

    from schoolbox.server.server import make_server
    from schoolbox.server.slices import FileSlice

Knows nothing of Flask, services or the database. `schoolbox.web.media` is what views use. Nothing is loaded here: every
command tells the errors of the server, and only one of them serves.
"""
