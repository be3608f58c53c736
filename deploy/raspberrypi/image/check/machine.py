"""An emulated machine that starts an image: processor by TCG, a larger disk, a stick that can be plugged in.

Kernel and initramfs are those of the image's own boot partition; of the words on the kernel's command line only
those of its serial port differ.
"""

import contextlib
import json
import shutil
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from content_packs.clock import SystemClock
from deploy.raspberrypi.image.boot import ALWAYS
from deploy.raspberrypi.image.check.looking import Looking
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.programs import Beside, run

GROWN = 6 * 1024**3
PULLED_S = 60
COMMANDS = f"console=ttyAMA0 panic=5 {ALWAYS}"


class Machine:
    """One emulated machine and its disk; started and killed as often as wanted."""

    def __init__(self, folder: Path, port: int, words: str = COMMANDS) -> None:
        self._folder, self.port, self._ssh, self._words = folder, port, port + 1, words
        self.disk, self.log = folder / "disk.img", folder / "serial.log"
        self._running: Beside | None = None

    @classmethod
    def made(cls, image: Path, look: Looking, folder: Path, *, port: int, more: str = "") -> Self:
        """Flash the image onto a disk that is larger than it; `more` are words for the kernel's command line."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("vmlinuz", "initramfs.img"):
            (folder / name).write_bytes(look.fat(name))
        machine = cls(folder, port, f"{COMMANDS} {more}".strip())
        shutil.copy(image, machine.disk)
        with machine.disk.open("r+b") as disk:
            disk.truncate(GROWN)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key")
        return machine

    @property
    def home(self) -> str:
        """Where this machine's browser finds the box."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        """The public half of the key that may come in, as it stands on the card."""
        return (self._folder / "key.pub").read_text().strip()

    def shell(self, words: str, *, may_fail: bool = False) -> str:
        """Run a line in the machine by SSH, as a technician with a key would.

        Raises:
            ImageError: It cannot be reached, or the line failed.
        """
        said = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=60")
        quiet = [word for each in said for word in ("-o", each)]
        door = ["-i", str(self._folder / "key"), "-p", str(self._ssh), "root@127.0.0.1"]
        try:
            return run("ssh", *quiet, *door, words).strip()
        except ImageError as problem:
            if may_fail:
                return str(problem)
            raise

    def ended(self, within_s: float) -> bool:
        """Whether the machine switches itself off within this time."""
        return self._running is None or self._running.ended(within_s)

    def start(self) -> None:
        """Switch it on."""
        (self._folder / "qmp").unlink(missing_ok=True)
        self._running = Beside(
            "qemu-system-aarch64",
            "-M",
            "virt",
            "-cpu",
            "cortex-a72",
            "-smp",
            "2",
            "-m",
            "1024",
            "-display",
            "none",
            "-kernel",
            self._folder / "vmlinuz",
            "-initrd",
            self._folder / "initramfs.img",
            "-append",
            self._words,
            "-serial",
            f"file:{self.log}",
            "-monitor",
            "none",
            "-qmp",
            f"unix:{self._folder / 'qmp'},server=on,wait=off",
            "-drive",
            f"if=none,id=card,format=raw,file={self.disk}",
            "-device",
            "virtio-blk-pci,drive=card",
            "-netdev",
            f"user,id=net,hostfwd=tcp:127.0.0.1:{self.port}-:80,hostfwd=tcp:127.0.0.1:{self._ssh}-:22",
            "-device",
            "virtio-net-pci,netdev=net,romfile=",
            "-device",
            "qemu-xhci,id=usb",
            "-object",
            "rng-random,id=rng,filename=/dev/urandom",
            "-device",
            "virtio-rng-pci,rng=rng",
            log=self._folder / "qemu.log",
        )

    def kill(self) -> None:
        """Pull the plug."""
        if self._running is not None:
            self._running.kill()
            self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def wait_for(self, path: str, *, within_s: float) -> httpx.Response:
        """The first answer of 200 from a page.

        Raises:
            ImageError: The machine ended, or did not answer in time; with the last lines of its console.
        """
        clock = SystemClock()
        until = clock.monotonic_s() + within_s
        while clock.monotonic_s() < until:
            if self._running is None or self._running.ended(1):
                raise ImageError(f"The emulated machine ended. It said:\n{self.console()}")
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(self.home + path, timeout=30)
                if answer.status_code == httpx.codes.OK:
                    return answer
        raise ImageError(f"No answer from {path} within {within_s:.0f} s. The console's last lines:\n{self.console()}")

    def plug(self, stick: Path) -> None:
        """Plug a USB stick in while the machine runs."""
        self.tell(
            "blockdev-add", {"node-name": "stick", "driver": "raw", "file": {"driver": "file", "filename": str(stick)}}
        )
        self.tell("device_add", {"driver": "usb-storage", "id": "stick", "drive": "stick", "bus": "usb.0"})

    def unplug(self) -> None:
        """Pull the stick out, and let go of its file.

        Raises:
            ImageError: The machine keeps it for longer than a minute.
        """
        self.tell("device_del", {"id": "stick"})
        for _ in range(PULLED_S):
            try:
                self.tell("blockdev-del", {"node-name": "stick"})
            except ImageError:  # still in use: the machine lets go of it in its own time
                self.ended(1)
            else:
                return
        raise ImageError("The emulated machine does not let go of the stick.")

    def tell(self, command: str, arguments: dict[str, object]) -> object:
        """Ask QEMU for something by QMP."""
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(str(self._folder / "qmp"))
            stream = door.makefile("rw")
            for asked in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
                stream.write(json.dumps(asked) + "\n")
                stream.flush()
                while "return" not in (answer := json.loads(stream.readline())):
                    if "error" in answer:
                        raise ImageError(f"QEMU refused {command}: {answer['error']['desc']}")
        return answer["return"]

    def console(self) -> str:
        """The last lines on the serial port."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:]) if self.log.exists() else ""
