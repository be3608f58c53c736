"""The trap, for comparison: the same two pages by Flask's `send_file` on stock waitress.

    python -m tests.bench.serve /tmp/files 0.0.0.0 9080
"""

import sys
from pathlib import Path

from flask import Flask, Response, send_file
from waitress import serve


def make_app(folder: Path) -> Flask:
    """Build the application."""
    app = Flask(__name__)

    @app.get("/health")
    def health() -> str:
        return "ok\n"

    @app.get("/media/<name>")
    def media(name: str) -> Response:
        return send_file(folder / name, mimetype="video/mp4", conditional=True, etag=Path(name).stem)

    return app


def main() -> None:
    """Serve until SIGTERM."""
    folder, host, port = sys.argv[1:]
    serve(make_app(Path(folder)), listen=f"{host}:{port}", threads=8, _quiet=True)


if __name__ == "__main__":
    main()
