"""The voice of the lessons: Debian's espeak-ng, each sentence measured, then laid onto one track.

    spoken = say("Emëruesi mbetet i njëjtë.", "sq")
    spoken.length_s
"""

import array
import io
import math
import shutil
import subprocess
import wave
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from content_packs.samples.make.lesson import Lesson, Step

RATE = 22050
_VOICES = {
    ("sq", ""): ("sq", 140, 42),
    ("sq", "girl"): ("sq+f3", 140, 52),
    ("sq", "boy"): ("sq+m3", 140, 48),
    ("en", ""): ("en-gb", 128, 44),
    ("en", "girl"): ("en-gb+f3", 128, 56),
    ("en", "boy"): ("en-gb+m3", 128, 50),
}
_SPOKEN = {"sq": {"Python": "Pajthon", "print": "print", "Newton": "Njuton", "newton": "njuton"}, "en": {}}
"""Words that a voice would read wrongly, as they are spelt for it."""


class Sound(msgspec.Struct, frozen=True):
    """A spoken sentence: 16-bit mono samples at `RATE`, silence at both ends cut off."""

    samples: bytes

    @property
    def length_s(self) -> float:
        """How long it lasts, in seconds."""
        return len(self.samples) / 2 / RATE


def check_voice() -> None:
    """See that the voice is there.

    Raises:
        SystemExit: espeak-ng is not installed; says the command that brings it.
    """
    if not shutil.which("espeak-ng"):
        raise SystemExit("The voice is missing. Install it with: sudo apt-get install espeak-ng fonts-dejavu-core")


@lru_cache(maxsize=512)
def say(text: str, language: str, voice: str = "") -> Sound:
    """Speak a sentence."""
    name, words_per_minute, pitch = _VOICES[language, voice]
    for written, spoken in _SPOKEN[language].items():
        text = text.replace(written, spoken)
    command = f"espeak-ng -v {name} -s {words_per_minute} -p {pitch} -g 1 -b 1 --stdin --stdout"
    done = subprocess.run(command.split(), input=text.encode(), capture_output=True, check=True)
    samples = array.array("h", done.stdout[44:])
    loud = [i for i, v in enumerate(samples) if abs(v) > 180]
    return Sound(samples[max(0, loud[0] - 200) : loud[-1] + 900].tobytes())


def narrate(lesson: Lesson) -> list[Sound]:
    """Speak every step of a lesson, in order."""
    return [_step(step, lesson.language) for slide in lesson.slides for step in slide.steps]


def _step(step: Step, language: str) -> Sound:
    return say(step.speak or step.say, language, step.voice)


def lay_track(sounds: Sequence[Sound], starts_s: Sequence[float], duration_s: float) -> bytes:
    """Lay the sentences and the opening notes onto one track, as a WAV file."""
    track = array.array("h", bytes(2 * round(duration_s * RATE)))
    for begin, sound in [(0.1, _opening()), *zip(starts_s, sounds, strict=True)]:
        first = round(begin * RATE)
        samples = array.array("h", sound.samples)
        track[first : first + len(samples)] = samples[: len(track) - first]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(track.tobytes())
    return out.getvalue()


def _opening() -> Sound:
    """Three soft notes, going up: the sign that a lesson begins."""
    samples = array.array("h")
    for i in range(round(0.95 * RATE)):
        t = i / RATE
        value = 0.0
        for begin, pitch in ((0.0, 392.0), (0.16, 493.88), (0.32, 587.33)):
            if t >= begin:
                age = t - begin
                value += math.exp(-5.5 * age) * min(1.0, age * 120) * math.sin(2 * math.pi * pitch * age)
        fade = min(1.0, (0.95 - t) / 0.1)
        samples.append(round(3200 * value * fade))
    return Sound(samples.tobytes())
