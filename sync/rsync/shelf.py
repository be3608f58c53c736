"""A shelf over rsync (FORMAT.md section 2): `meta/` as a mirror, manifests in one go, blobs straight into a store.

Promises: a look at a shelf on which nothing changed costs a few hundred bytes; a blob goes on where it stopped, and
when a connection breaks at most 8 kB of it travel again (32 kB from a server without lz4); what is mirrored can be
deleted at any time. Nothing that comes is believed here.

    shelf = RsyncShelf("rsync://hub.example/packs", Path("/var/lib/schoolbox/shelves/hub"))
    shelf.read_meta("registry.json", REGISTRY_BYTES_MAX)

Measured: `--partial-dir` may never finish on a line that keeps dropping, and over a corrupt beginning `--append` ends
well with a corrupt file: whoever calls `fetch_blob` hashes. Without compression a piece of a file counts only when
32 kB of it have come; with lz4, which leaves a video as it is, when 8 kB have.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from io import BytesIO, FileIO
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import (
    DiskError,
    LineLostError,
    MissingOnShelfError,
    NotAShelfError,
    NotEnoughSpaceError,
    ShelfRefusedError,
)
from content_packs.manifest import MANIFEST_BYTES_MAX
from content_packs.paths import blob_name, manifest_name
from content_packs.shelf import Readable
from content_packs.shelf.travelled import Travelled
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from sync.rsync.address import Access, parse_address, ssh_command
from sync.rsync.growth import Growth, OverfullError, size_of
from sync.rsync.mirror import MANIFESTS_BYTES_MAX, Mirror
from sync.rsync.outcome import DONE, PARTLY, VANISHED, Asked, error_of
from sync.rsync.patience import Patience, Stock
from sync.rsync.program import Ended, run_rsync
from sync.rsync.relay import Relay

META_WIRE_BYTES_MAX = 32 * 1024 * 1024
"""More than this is not taken in one look, or of manifests in one go, whatever a server sends and the line breaks."""
BLOB_BYTES_MAX = 2**32 - 1
"""FORMAT 2.7."""
FULL_BYTES = 8 * 1024 * 1024
"""With less than this free, our own disk may be why rsync could not write: metadata is written beside what is there."""
MANIFESTS_AT_ONCE = 100
_MIRRORED = (
    "--include=/*.root.json", "--include=/registry.json", "--include=/index.json", "--include=/cat/",
    "--include=/cat/*.json", "--exclude=*",
)  # fmt: skip
_OPEN_TO_US = ("-p", "--chmod=D755,F644")


class RsyncShelf:
    """A shelf behind an rsync daemon or an ssh login."""

    def __init__(
        self,
        address: str,
        folder: Path,
        access: Access | None = None,
        *,
        patience: Patience | None = None,
        disk: Disk | None = None,
        kbit_s: int = 0,
    ) -> None:
        """Remember where it is; nothing is asked yet.

        Args:
            address: `rsync://[user@]host[:port]/module/path` or `user@host:path`.
            folder: Where the mirror is kept; of this shelf alone.
            access: What opens it.
            patience: How long to wait, and how.
            disk: The disk of the mirror.
            kbit_s: The most that may come over the line, in units of 1,000 bits; 0 for no cap.

        Raises:
            NotAShelfError: The address is none.
            CodeNeededError: It leads through ssh, and there is no key for it.
        """
        self._access = access or Access()
        self._address = parse_address(address, self._access)
        self._patience = patience or Patience()
        self._disk = disk or Disk()
        # In whole KiB, rounded down; the server does not send faster. Source: rsync(1), --bwlimit.
        self._cap = [f"--bwlimit={max(1, kbit_s * 1000 // 8 // 1024)}"] if kbit_s else []
        self._folder = folder
        self._mirror = Mirror(folder, self._disk, shelf=address)
        self._looked = False
        self._expected: list[str] | None = None
        self.travelled = Travelled()

    @property
    def address(self) -> str:
        """Where it is."""
        return self._address.text

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there, after renewing the mirror."""
        self._renew()
        return self._mirror.meta_names()

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata out of the mirror, which is renewed before the first reading."""
        if not self._looked:
            self._renew()
        return self._mirror.read_meta(name, cap_bytes)

    def has_manifest(self, sha256: str) -> bool:
        """Say whether a manifest was fetched before or is listed; without a list, only opening it could tell."""
        if not self._looked:
            self._renew()
        return self._mirror.seems_to_have(sha256)

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest; the first time, those that are expected come in one go, or else the newest of every pack."""
        name = manifest_name(sha256)
        if not self.has_manifest(sha256):
            raise MissingOnShelfError(name=name)
        if self._mirror.manifest(sha256) is None:
            wanted = self._mirror.lacking_manifests(first=sha256, expected=self._expected)
            self._expected = []
            end_bytes = self.travelled.bytes_in + MANIFESTS_BYTES_MAX
            for start in range(0, len(wanted), MANIFESTS_AT_ONCE):
                if self.travelled.bytes_in < end_bytes:  # what does not fit into the mirror either comes when asked for
                    self._fetch_manifests(wanted[start : start + MANIFESTS_AT_ONCE])
        raw = self._mirror.manifest(sha256, checked=False)
        if raw is None:
            raise MissingOnShelfError(name=name)
        return BytesIO(raw)

    def expect(self, manifests: Collection[str], /) -> None:
        """Take note of which manifests will be opened."""
        self._expected = list(manifests)

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Fetch a blob beside the mirror and open it; who has a place for it and knows its size calls `fetch_blob`."""
        blob_name(sha256, ext)
        part = self._folder / "blobs" / f"{sha256}.{ext}"
        self._disk.make_folder(part.parent)
        self.fetch_blob(sha256, ext, part, size_bytes=BLOB_BYTES_MAX, on_bytes=lambda _: None)
        opened = FileIO(part, "rb")
        opened.seek(offset)
        self._disk.unlink(part)
        return opened

    def fetch_blob(
        self, sha256: str, ext: str, part: Path, *, size_bytes: int, on_bytes: Callable[[int], None]
    ) -> None:
        """Append to a file what it lacks of a blob.

        Args:
            sha256: Which blob.
            ext: Its extension.
            part: The file; what is in it is not looked at.
            size_bytes: How large it is; of one that is larger there a little more comes, as of one that is wrong.
            on_bytes: Told what was gained; a negative number if less of it was kept. May raise to stop.

        Raises:
            MissingOnShelfError: It is not there.
            LineLostError: The line broke again and again and nothing came any more; what came is kept.
            ShelfError: The server does not give it.
            DiskError: Our own disk refused.
        """
        name, stock = blob_name(sha256, ext), self._stock()

        def attempt() -> None:
            growth = Growth(part, size_bytes, self.travelled, on_bytes)

            def watch() -> None:
                growth.look()
                stock.look()

            try:
                with suppress(OverfullError):
                    self._run(["-z", "--append"], name, str(part.absolute()), watch=watch)
            finally:
                growth.settle()

        self._patience.keep_trying(attempt, came=lambda: size_of(part))
        if size_of(part) == 0 and size_bytes != 0:
            raise MissingOnShelfError(name=name)

    def _renew(self) -> None:
        """Make the mirror of the metadata like the shelf's."""
        options = ["-rt", "--delete", f"--max-size={CATALOGUE_BYTES_MAX}", *_OPEN_TO_US, *_MIRRORED]
        look = self._limit()

        def watch() -> None:
            look()
            if self._mirror.overflows():
                raise self._too_much()

        def attempt() -> None:
            ended = self._run(options, "meta/", "meta/", watch=watch)
            if "change_dir" in ended.said:
                raise NotAShelfError(shelf=self.address)

        with self._mirror.changing():
            self._patience.keep_trying(attempt, came=self._mirror.size_bytes)
        self._looked = True

    def _fetch_manifests(self, hashes: Sequence[str]) -> None:
        """Fetch manifests into the mirror; those that the shelf lacks are left out."""
        self._mirror.make_room(hashes)
        # Named from the top of the shelf: a daemon of rsync 3.5.0 finds no files that are named from a folder below.
        options = ["--files-from=-", "--no-implied-dirs", "--ignore-existing", f"--max-size={MANIFEST_BYTES_MAX}"]
        names, watch = [manifest_name(sha256) for sha256 in hashes], self._limit()

        def attempt() -> None:
            self._run([*options, *_OPEN_TO_US], "", "./", watch=watch, names=names)

        self._patience.keep_trying(attempt, came=lambda: self._mirror.count_of(hashes))

    def _limit(self) -> Callable[[], None]:
        """Give a watcher that ends what sends without end, or next to nothing for ever; for all attempts together."""
        end_bytes, stock = self.travelled.bytes_in + META_WIRE_BYTES_MAX, self._stock()

        def look() -> None:
            if self.travelled.bytes_in > end_bytes:
                raise self._too_much()
            stock.look()

        return look

    def _stock(self) -> Stock:
        return Stock(self._patience.wait_s, self.travelled, shelf=self.address)

    def _too_much(self) -> ShelfRefusedError:
        return ShelfRefusedError(shelf=self.address, problem="it sends more than a shelf has")

    def _run(
        self,
        options: Sequence[str],
        name: str,
        target: str,
        *,
        watch: Callable[[], None],
        names: Sequence[str] = (),
    ) -> Ended:
        """Run rsync once, from a name on the shelf to a place of ours.

        Raises:
            PackError: What the end of rsync means; that some files were not given is left to the caller.
        """
        self._disk.make_folder(self._folder)
        try:
            relay = Relay(self._address.host, self._address.port, self.travelled, connect_s=self._patience.connect_s)
        except OSError as exc:
            raise LineLostError(shelf=self.address) from exc
        with relay:
            ended = run_rsync(
                [*options, *self._cap, *self._shell(relay.port), f"--timeout={self._patience.quiet_s}", "--",
                 self._source(relay.port, name), target],
                folder=self._folder, watch=watch, names=names,
            )  # fmt: skip
        if ended.code == DONE:
            return ended
        place = self._folder if target.endswith("/") else Path(target).parent
        asked = Asked(shelf=self.address, name=name, our_disk=lambda: self._refused_by_disk(place))
        error = error_of(ended, asked)
        if ended.code in (PARTLY, VANISHED) and target.endswith("/") and not isinstance(error, DiskError):
            return ended
        raise error

    def _shell(self, relay_port: int) -> list[str]:
        """How rsync reaches the server: nothing to say for a daemon, our own settings for ssh."""
        if not self._address.ssh:
            password = self._access.password_file
            return [f"--password-file={password.absolute()}"] if password else []
        return ["-e", ssh_command(self._address, self._access, relay_port=relay_port)]

    def _refused_by_disk(self, folder: Path) -> DiskError | None:
        """Ask our own disk whether it lets itself be written where rsync was to write."""
        probe = folder / f"probe.{threading.get_ident()}"
        try:
            free_bytes = self._disk.free_bytes(folder)
            if free_bytes < FULL_BYTES:
                return NotEnoughSpaceError(path=folder, needs_bytes=FULL_BYTES, free_bytes=free_bytes)
            self._disk.write_file(probe, b"")
            self._disk.remove(probe)
        except DiskError as exc:
            return exc
        return None

    def _source(self, relay_port: int, name: str) -> str:
        """Write the place of something on the shelf as rsync reads it."""
        if self._address.ssh:
            return f"shelf:{self._address.path}/{name}"
        user = f"{self._address.user}@" if self._address.user else ""
        return f"rsync://{user}127.0.0.1:{relay_port}/{self._address.path}/{name}"
