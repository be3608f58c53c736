"""Sticks with real file systems in a file: FAT32 and exFAT, mounted through their FUSE drivers (needs root).

    with FatStick(tmp_path, size_mb=64) as stick:
        writer.write(stick.folder, ...)
        stick.pull()         # kill -9 of the driver: whoever reads or writes gets an error at once
        stick.put_back()     # what the next plugging in finds

The driver of FAT lies in three things that the kernel's does not: it only makes new files (a file that is there cannot
be opened to write on), it does not tell how much is free, and where others say "full" it says "not permitted".
"""

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.simulators.waiting import eventually

SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


class Stick:
    """One stick, empty or a copy of another one's image; plugged in until the block ends."""

    def __init__(
        self, folder: Path, *, size_mb: int = 64, label: str = "AGIMI", read_only: bool = False,
        copy_of: Path | None = None,
    ) -> None:  # fmt: skip
        self.image = folder / f"{label}.img"
        self.folder = folder / label
        self._size_mb = size_mb
        self._label = label
        self._read_only = read_only
        self._copy_of = copy_of
        self.lives = 0
        self.driver_read_bytes = 0
        """What the driver read from the image in all its lives but the one that runs."""

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        if self._copy_of:
            run("cp", "--sparse=always", str(self._copy_of), str(self.image))
        else:
            with self.image.open("wb") as image:
                image.truncate(self._size_mb * 1024 * 1024)
            self._format(self.image, self._label)
        try:
            self.put_in(read_only=self._read_only)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._end()

    def put_in(self, *, read_only: bool = False) -> None:
        """Plug it in and wait until it shows."""
        self.lives += 1
        self._mount(read_only=read_only)
        eventually(lambda: os.path.ismount(self.folder), saying="the stick does not show")

    def pull(self) -> None:
        """Pull it out without a word: the folder is still there, and everything in it fails."""
        self.driver_read_bytes += self.read_bytes()
        self._kill()

    def vanish(self) -> None:
        """Pull it out where the system then gives up its folder by itself: an empty one stays."""
        self.pull()
        run("umount", "-l", str(self.folder))
        self._let_go()

    def put_back(self) -> None:
        """Plug it in again after it was pulled out."""
        self.take_out()
        self.put_in()

    def take_out(self) -> None:
        """Take it out properly; where it was pulled out before, let go of the folder."""
        if os.path.ismount(self.folder) or not self._answers():
            run("umount", str(self.folder))
        self._let_go()

    def read_bytes(self) -> int:
        """What the driver that runs has read so far."""
        facts = Path(f"/proc/{self._pid()}/io").read_text().split()
        return int(facts[facts.index("rchar:") + 1])

    def _answers(self) -> bool:
        try:
            self.folder.stat()
        except OSError:
            return False
        return True

    def _end(self) -> None:
        """Leave nothing mounted, whatever happened."""
        if os.path.ismount(self.folder) or not self._answers():
            subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)
        self._let_go()
        self.image.unlink(missing_ok=True)

    # What each kind does in its own way.

    def _format(self, image: Path, label: str) -> None:
        raise NotImplementedError

    def _mount(self, *, read_only: bool) -> None:
        raise NotImplementedError

    def _pid(self) -> int:
        raise NotImplementedError

    def _kill(self) -> None:
        raise NotImplementedError

    def _let_go(self) -> None:
        raise NotImplementedError


class FatStick(Stick):
    """FAT32, by `fusefat`."""

    _driver: "subprocess.Popen[bytes] | None" = None

    def _format(self, image: Path, label: str) -> None:
        run("mkfs.vfat", "-F", "32", "-n", label, str(image))

    def _mount(self, *, read_only: bool) -> None:
        access = ["-o", "ro" if read_only else "rw+"]
        words = ["fusefat", "-f", "-s", *access, str(self.image), str(self.folder)]
        self._driver = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _pid(self) -> int:
        assert self._driver
        return self._driver.pid

    def _kill(self) -> None:
        assert self._driver
        self._driver.send_signal(signal.SIGKILL)
        self._driver.wait(20)

    def _let_go(self) -> None:
        """Wait for the driver, which ends when its folder is given up."""
        if self._driver:
            try:
                self._driver.wait(20)
            except subprocess.TimeoutExpired:
                self._kill()
            self._driver = None


class ExfatStick(Stick):
    """exFAT on a loop device, by `mount.exfat-fuse`, which goes into the background."""

    _device = ""

    def _format(self, image: Path, label: str) -> None:
        run("mkfs.exfat", "-L", label, str(image))

    def _mount(self, *, read_only: bool) -> None:
        if not self._device:
            self._device = run("losetup", "-f", "--show", str(self.image)).strip()
        access = ["-o", "ro"] if read_only else []
        run("mount.exfat-fuse", *access, self._device, str(self.folder))

    def _pid(self) -> int:
        return next(iter(self._drivers()))

    def _drivers(self) -> list[int]:
        """The driver of this device, by the words it was started with."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"exfat-fuse" in words[0] and self._device.encode() in words:
                found.append(int(folder.name))
        return found

    def _kill(self) -> None:
        for pid in self._drivers():
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not self._drivers(), saying="the driver does not end")

    def _let_go(self) -> None:
        if self._device:
            eventually(lambda: not self._drivers(), saying="the driver does not end")
            run("losetup", "-d", self._device)
            self._device = ""


def run(*words: str) -> str:
    """Run a tool of the system to its end."""
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "PATH": SBIN}, timeout=60
    )
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout
