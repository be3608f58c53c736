"""A minimal box for the benchmark: `/health` and `/media/<name>`, by our server or by stock waitress.

    python -m tests.bench.serve ours /tmp/files 0.0.0.0 9080
"""

import signal
import sys
from pathlib import Path

from flask import Flask, Response, send_file
from waitress import serve

from schoolbox.server import make_server
from schoolbox.web.media import send_blob


def make_app(folder: Path, *, ours: bool) -> Flask:
    """Build the application; `ours` sends through `send_blob`, otherwise through Flask's `send_file`."""
    app = Flask(__name__)

    @app.get("/health")
    def health() -> str:
        return "ok\n"

    @app.get("/media/<name>")
    def media(name: str) -> Response:
        if ours:
            return send_blob(folder / name, mime="video/mp4", etag=Path(name).stem)
        return send_file(folder / name, mimetype="video/mp4", conditional=True, etag=Path(name).stem)

    return app


def main() -> None:
    """Serve until SIGTERM."""
    kind, folder, host, port = sys.argv[1:]
    app = make_app(Path(folder), ours=kind == "ours")
    if kind == "ours":
        server = make_server(app, host=host, port=int(port))
        signal.signal(signal.SIGTERM, lambda *_: server.close())
        server.run()
    else:
        serve(app, listen=f"{host}:{port}", threads=8, _quiet=True)


if __name__ == "__main__":
    main()
