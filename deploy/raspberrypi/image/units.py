"""Works out which links `systemctl enable` would make, from the [Install] sections of our units."""

import configparser

LINKS = {"wantedby": "wants", "requiredby": "requires"}


def enabled(name: str, text: str) -> dict[str, str]:
    """Place of each link, and where it leads; a template without an instance is enabled by nobody.

    Args:
        name: Of the unit, such as `schoolbox.service`.
        text: The unit.
    """
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    unit.read_string(text)
    if not unit.has_section("Install") or "@." in name:
        return {}
    target = f"/usr/lib/systemd/system/{name}"
    found = {}
    for key, kind in LINKS.items():
        for wanting in unit.get("Install", key, fallback="").split():
            found[f"/etc/systemd/system/{wanting}.{kind}/{name}"] = target
    for alias in unit.get("Install", "Alias", fallback="").split():
        found[f"/etc/systemd/system/{alias}"] = target
    return found


def is_start_of(link: str, unit: str) -> bool:
    """Whether this link makes this unit start by itself."""
    inside = link.removeprefix("/etc/systemd/system/")
    return inside != link and inside.endswith((f".wants/{unit}", f".requires/{unit}"))
