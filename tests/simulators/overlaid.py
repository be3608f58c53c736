"""This computer's own files under a layer that takes every change: what is done as root there happens nowhere else.

    machine = Overlaid(tmp_path)
    machine.told("useradd --system somebody; id somebody")

It lies in that no systemd runs there, and that other file systems of this computer are not seen.
"""

import subprocess
import sys
from pathlib import Path

from tests.simulators.programs import ROOT

ENTER = """set -e
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/layer,workdir=$1/work" "$1/root"
for folder in $3; do
    mkdir -p "$1/layers/$folder" "$1/works/$folder"
    mount -t overlay overlay -o "lowerdir=$folder,upperdir=$1/layers/$folder,workdir=$1/works/$folder" "$1/root/$folder"
done
mount -t devtmpfs dev "$1/root/dev" 2>/dev/null || mount --rbind /dev "$1/root/dev"
mount --rbind /proc "$1/root/proc"
exec chroot "$1/root" sh -c "$2"
"""


class Overlaid:
    """A computer like this one, without systemd running."""

    def __init__(self, work: Path) -> None:
        self.work = work
        for name in ("layer/opt", "layer/run/systemd", "work", "root"):
            (work / name).mkdir(parents=True)
        for folder in (Path(sys.base_prefix), ROOT):  # what root keeps for itself on this computer, such as /root
            for opened in reversed([folder, *folder.parents][:-1]):
                self.at(opened.relative_to("/")).mkdir(exist_ok=True, mode=0o755)

    def at(self, path: Path | str) -> Path:
        """Where a file lies that was written there."""
        return self.work / "layer" / path

    def run(self, text: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """Type something as root."""
        own = f"{sys.base_prefix} {ROOT}"  # a layer over / shows no other file systems, where these may lie
        words = ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(self.work), text, own]
        return subprocess.run(words, input=said, capture_output=True, text=True, check=False, timeout=120)

    def told(self, text: str) -> str:
        """Type something that succeeds; gives what it printed."""
        done = self.run(text)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
