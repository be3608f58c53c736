"""The demo's registry: keys, two publishers, the sample packs built from their sources and signed onto a shelf."""

import hashlib
from pathlib import Path

from deploy.demo.commands import once, run

SAMPLES = Path("content_packs/samples")
PUBLISHERS = {
    "mash": {"sq": "Ministria e Arsimit", "en": "Ministry of Education"},
    "qendra": {"sq": "Akademia Qendra", "en": "Qendra Academy"},
}


def sources_changed(folder: Path) -> bool:
    """Say whether a sample was changed since the shelf was made, by the sizes and times of its files."""
    stamp = folder / "samples.stamp"
    return not stamp.exists() or stamp.read_text(encoding="utf-8") != _stamp()


def make_shelf(folder: Path) -> None:
    """Build and sign every sample onto `shelf`, a folder as it would be on a stick; what stands there is kept."""
    keys, built, shelf = folder / "keys", folder / "built", folder / "shelf"
    for place in (keys, built):
        place.mkdir(parents=True, exist_ok=True)
    for name in ("root-1", "root-2", "registry", *PUBLISHERS):
        once(keys / name, lambda name=name: new_key(keys / name))  # type: ignore[misc]  # bound in the default
    once(shelf / "meta" / "1.root.json", lambda: start_root(keys, shelf))
    _list_publishers(keys, shelf)
    for publisher in PUBLISHERS:
        for source in sorted((SAMPLES / publisher).glob("*/pack.toml")):
            out = built / publisher / source.parent.name
            out.parent.mkdir(exist_ok=True)
            run("content-packs", "build", source.parent, "--out", out)
            run("content-packs", "sign", out, "--key", keys / publisher, "--shelf", shelf)
    run("content-packs", "verify", shelf)


def remember_sources(folder: Path) -> None:
    """Note which samples the box has got by now, for `sources_changed`."""
    (folder / "samples.stamp").write_text(_stamp(), encoding="utf-8")


def _stamp() -> str:
    facts = [f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in sorted(SAMPLES.glob("*/*/*"))]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def new_key(file: Path) -> None:
    """Make a key pair that no passphrase locks: a demo's."""
    run("content-packs", "key", "new", file, "--no-passphrase")


def start_root(keys: Path, shelf: Path) -> None:
    """Two root keys that must both sign, and one key for the list of publishers."""
    draft = keys / "root.draft"
    draft.unlink(missing_ok=True)
    holders = ("root-1", "root-2")
    public = [word for name in holders for word in ("--root-key", keys / f"{name}.pub")]
    registry = ("--registry-key", keys / "registry.pub")
    run("content-packs", "root", "draft", draft, *public, "--root-threshold", "2", *registry)
    for name in holders:
        run("content-packs", "root", "sign", draft, "--key", keys / name)
    run("content-packs", "root", "publish", shelf, draft)


def _list_publishers(keys: Path, shelf: Path) -> None:
    """One key for each publisher; who is listed already is left alone."""
    registry = ("--registry-key", keys / "registry")
    run("content-packs", "registry", "init", shelf, *registry)
    for publisher, names in PUBLISHERS.items():
        words = [word for language, name in names.items() for word in ("--name", f"{language}={name}")]
        public = keys / f"{publisher}.pub"
        run("content-packs", "publisher", "add", shelf, publisher, "--key", public, *words, *registry)
