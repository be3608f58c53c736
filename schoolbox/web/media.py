"""Answering with a file of the library.

    return send_blob(path, mime="video/mp4", etag=sha256)

Promises: ranges, HEAD and conditional requests are right (`sync.conditions`); under our own server the bytes
go from disk to socket without passing through Python; with `accel_prefix` nginx sends them instead. Files are named by
their SHA-256, so a browser may keep them for a year.

For nginx, with `accel_prefix="/_blobs"` and the data in `/var/lib/schoolbox`:

    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Real-IP $remote_addr;
    }
    location /_blobs/ {
        internal;
        alias /var/lib/schoolbox/packs/blobs/;
        add_header X-Content-Type-Options nosniff;
    }

The files of a store lie in folders named by the first two letters of the hash, which is all that the prefix needs.
nginx then cuts ranges and makes entity tags of its own; both are as good as ours.
"""

import stat
import unicodedata
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from flask import Response, request

from schoolbox.server.errors import BlobGoneError
from schoolbox.server.slices import FileSlice
from sync.conditions import Conditions, Part, decide

CACHE_S = 31_536_000


def send_blob(
    path: Path, *, mime: str, etag: str, name: str | None = None, accel_prefix: str | None = None
) -> Response:
    """Answer the current request with a file, or the part of it that is asked for.

    Args:
        path: The file in the store, `.../ab/<sha256>.<ext>`.
        mime: Its media type.
        etag: Its SHA-256, unquoted.
        name: What a browser calls it if somebody saves it from where it is shown.
        accel_prefix: The internal location of the store in nginx; None sends the file ourselves.

    Raises:
        BlobGoneError: The file is not on the disk.
    """
    tag = f'"{etag}"'
    if accel_prefix is not None:
        response = _accelerated(path, prefix=accel_prefix, tag=tag)
    else:
        response = _from_disk(path, tag=tag)
    if response.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        response.mimetype = mime
        if name is not None:
            response.headers["Content-Disposition"] = shown_as(name)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = f"public, max-age={CACHE_S}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def shown_as(name: str) -> str:
    """Write a Content-Disposition for showing in place, with a name in any alphabet (RFC 6266, RFC 8187)."""
    printable = "".join(letter for letter in name if letter.isprintable())
    plain = unicodedata.normalize("NFKD", printable).encode("ascii", "ignore").decode()
    plain = plain.replace("\\", "_").replace('"', "'")
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(printable, safe='')}"


def _from_disk(path: Path, *, tag: str) -> Response:
    """Open the file, decide what of it is due, and hand that to the server."""
    body = FileSlice(path)
    part = decide(_conditions(), method=request.method, etag=tag, size_bytes=body.size_bytes)
    sends = request.method != "HEAD" and part.length > 0
    if sends:
        body.narrow(start=part.start, length=part.length)
    else:
        body.close()
    response = Response(body if sends else None, status=part.status, direct_passthrough=sends)
    _describe(response, part, size_bytes=body.size_bytes)
    return response


def _describe(response: Response, part: Part, *, size_bytes: int) -> None:
    """Say which bytes these are; nothing new (304) says nothing about length."""
    if part.status == HTTPStatus.PARTIAL_CONTENT:
        last = part.start + part.length - 1
        response.headers["Content-Range"] = f"bytes {part.start}-{last}/{size_bytes}"
    elif part.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Content-Range"] = f"bytes */{size_bytes}"
    if part.status != HTTPStatus.NOT_MODIFIED:
        response.headers["Content-Length"] = str(part.length)


def _accelerated(path: Path, *, prefix: str, tag: str) -> Response:
    """Name the file to nginx, which cuts ranges by itself; only what has not changed is answered here."""
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise BlobGoneError(path=path) from exc
    if not stat.S_ISREG(facts.st_mode):
        raise BlobGoneError(path=path)
    conditions = Conditions(if_none_match=_conditions().if_none_match)
    part = decide(conditions, method=request.method, etag=tag, size_bytes=facts.st_size)
    response = Response(status=part.status)
    if part.status == HTTPStatus.OK:
        response.headers["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{path.parent.name}/{path.name}"
    return response


def _conditions() -> Conditions:
    """Take the conditions out of the current request."""
    headers = request.headers
    return Conditions(
        range=headers.get("Range"),
        if_range=headers.get("If-Range"),
        if_match=headers.get("If-Match"),
        if_none_match=headers.get("If-None-Match"),
    )
