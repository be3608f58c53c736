"""The box: the server in a school."""

import sys

__version__ = "0.1.0"
# Where rich is installed, httpx brings its own command line along: 69 modules and 3 MiB that a box never uses. It goes
# without if that cannot be imported, which is what None says.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # documented for import, unknown to the stubs
