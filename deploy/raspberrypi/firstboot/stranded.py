"""What a box says that cannot open its part for data: on the card, on a screen, and with its light.

Nothing of the box is there then, its language neither. systemd starts this in place of its emergency shell, and the
machine anew some minutes later (settings/emergency.conf); the first start that succeeds takes the file away.
"""

from deploy.raspberrypi.firstboot import card, led, words
from deploy.raspberrypi.firstboot.disk import Disk
from deploy.raspberrypi.firstboot.places import Places


def tell(disk: Disk, places: Places) -> str:
    """Say it where a person looks; gives what a screen shows."""
    text = words.stranded()
    led.say(places, "person")
    card.keep(disk, places, card.ERROR, text)
    return text
