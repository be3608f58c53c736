"""Someone who opens a page every 20 ms, on a new connection each time; prints the times in milliseconds as JSON.

    python -m tests.bench.probe http://10.0.0.1:9080/health 15
"""

import http.client
import json
import sys
import time
from urllib.parse import urlsplit

PAUSE_S = 0.02
PATIENCE_S = 2.0


def ask(host: str, port: int, path: str) -> float | None:
    """Fetch the page once; return the milliseconds it took, None if there was no answer."""
    started = time.monotonic()
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return (time.monotonic() - started) * 1000 if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def main() -> None:
    """Ask for as long as told, and print all the times."""
    url, seconds = sys.argv[1:]
    where = urlsplit(url)
    assert where.hostname
    took: list[float] = []
    unanswered = 0
    deadline = time.monotonic() + float(seconds)
    while time.monotonic() < deadline:
        once = ask(where.hostname, where.port or 80, where.path)
        if once is None:
            unanswered += 1
        else:
            took.append(once)
        time.sleep(PAUSE_S)
    print(json.dumps({"ms": sorted(took), "unanswered": unanswered}))


if __name__ == "__main__":
    main()
