"""Lists what is in an image, as lines and as CycloneDX 1.6.

Debian's packages by dpkg's own record, Python's by their metadata.

Source: CycloneDX 1.6 JSON reference; purl-spec, types deb and pypi.
"""

import datetime
import email.parser
import uuid
from pathlib import Path
from urllib.parse import quote

import msgspec

from deploy.raspberrypi.image.layout import OWN


class Component(msgspec.Struct, frozen=True, order=True):
    """A package: of `deb` or `pypi`."""

    kind: str
    name: str
    version: str
    architecture: str = ""
    licence: str = ""

    def purl(self) -> str:
        """Its name in the form that scanners know."""
        where = "deb/debian" if self.kind == "deb" else "pypi"
        tail = f"?arch={self.architecture}" if self.architecture else ""
        return f"pkg:{where}/{quote(self.name, safe='')}@{quote(self.version, safe='')}{tail}"


def debian(status: bytes) -> list[Component]:
    """The installed packages that dpkg's status file (or the control of a package) names."""
    found = []
    for part in status.decode().split("\n\n"):
        fields = email.parser.HeaderParser().parsestr(part)
        if "Package" in fields and fields.get("Status", "install ok installed").endswith(" installed"):
            found.append(Component("deb", fields["Package"], fields["Version"], fields["Architecture"]))
    return sorted(found)


def python(library: Path) -> list[Component]:
    """The packages in a folder that pip filled."""
    found = []
    for folder in sorted(library.glob("*.dist-info")):
        fields = email.parser.BytesHeaderParser().parsebytes((folder / "METADATA").read_bytes())
        licence = fields.get("License-Expression") or ""
        found.append(Component("pypi", fields["Name"].lower().replace("_", "-"), fields["Version"], licence=licence))
    return sorted(found)


def lines(components: list[Component]) -> str:
    """One line each, for people and for `diff` between two images."""
    return "".join(f"{each.kind} {each.name} {each.version} {each.architecture}".rstrip() + "\n" for each in components)


def cyclonedx(components: list[Component], *, version: str, epoch: int) -> bytes:
    """The list as CycloneDX: the same list, the same bytes."""
    own = {"type": "operating-system", "bom-ref": "image", "name": "schoolbox-image", "version": version}
    entries = [
        {
            "type": "library",
            "bom-ref": each.purl(),
            "name": each.name,
            "version": each.version,
            "purl": each.purl(),
            **({"licenses": [{"expression": each.licence}]} if each.licence else {}),
        }
        for each in components
    ]
    when = datetime.datetime.fromtimestamp(epoch, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(OWN, lines(components) + version)}",
        "version": 1,
        "metadata": {"timestamp": when, "component": own},
        "components": entries,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
