"""What a proposal changes against what is published, pack by pack and item by item; functions of two manifests.

    compare(before, now).added
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from content_packs.manifest import Item, Manifest, Text

Kind = Literal["new", "newer", "gone", "same", "absent"]
"""What a proposal does with a pack; `absent`: its list names it, but neither the archive nor the shelf has it."""


class ItemChange(msgspec.Struct, frozen=True):
    """An item that came, went or changed; `what` of it: `files`, `title`, `licence`, or only `details`."""

    item: Item
    what: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """What its files take."""
        return sum(file.size_bytes for file in self.item.files)


class PackChange(msgspec.Struct, frozen=True, kw_only=True):
    """A pack and what happens to it; `now` and `before` are None where there is none, or it cannot be read."""

    pack: str
    kind: Kind
    now: Manifest | None = None
    before: Manifest | None = None
    added: tuple[ItemChange, ...] = ()
    removed: tuple[ItemChange, ...] = ()
    changed: tuple[ItemChange, ...] = ()
    same: int = 0

    @property
    def title(self) -> Text:
        """What people call it."""
        shown = self.now or self.before
        return shown.title if shown else {"en": self.pack}

    @property
    def grew_bytes(self) -> int:
        """How much larger it became."""
        return (self.now.size_bytes if self.now else 0) - (self.before.size_bytes if self.before else 0)

    @property
    def other_licence(self) -> bool:
        """Whether the licence is another one."""
        return bool(self.now and self.before and self.now.licence != self.before.licence)


def compare(before: Manifest | None, now: Manifest | None, *, pack: str) -> PackChange:
    """Say what a pack becomes."""
    old, new = _items(before), _items(now)
    added = tuple(ItemChange(item) for name, item in new.items() if name not in old)
    removed = tuple(ItemChange(item) for name, item in old.items() if name not in new)
    changed = tuple(
        ItemChange(item, _what(old[name], item)) for name, item in new.items() if name in old and old[name] != item
    )
    kinds: Sequence[Kind] = ("absent", "gone", "new", "newer")
    kind = kinds[2 * (now is not None) + (before is not None)]
    return PackChange(
        pack=pack, kind="same" if now == before and now else kind, now=now, before=before, added=added, removed=removed,
        changed=changed, same=len(new) - len(added) - len(changed),
    )  # fmt: skip


def ordered(changes: Iterable[PackChange]) -> list[PackChange]:
    """Put first what somebody has to look at."""
    order: Sequence[Kind] = ("new", "newer", "gone", "absent", "same")
    return sorted(changes, key=lambda change: (order.index(change.kind), change.pack))


def _items(manifest: Manifest | None) -> dict[str, Item]:
    return {item.id: item for item in manifest.items()} if manifest else {}


def _what(before: Item, now: Item) -> tuple[str, ...]:
    """Say in words what of an item changed."""
    files = [{(file.role, file.language, file.sha256) for file in item.files} for item in (before, now)]
    found = {
        "files": files[0] != files[1], "title": before.title != now.title, "licence": before.licence != now.licence,
    }  # fmt: skip
    return tuple(word for word, differs in found.items() if differs) or ("details",)
