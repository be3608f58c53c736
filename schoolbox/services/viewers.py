"""Who is looking: the few facts of a signed-in person that pages and services need."""

import msgspec


class Viewer(msgspec.Struct, frozen=True):
    """A signed-in person. `short_name` is "Arta K."; `actor_id` is the random id that statements carry.

    `pictures` says that the secret is three pictures, not a PIN.
    """

    person_id: int
    role: str
    given_name: str
    short_name: str
    actor_id: str
    language: str
    class_id: int | None
    class_name: str
    grade: int | None
    pictures: bool = False


def keeps_for(viewer: Viewer | None) -> Viewer | None:
    """The viewer, if what they do is kept: pupils only."""
    return viewer if viewer is not None and viewer.role == "pupil" else None


def is_staff(viewer: Viewer | None) -> bool:
    """Whether this viewer may see what is for teachers only."""
    return viewer is not None and viewer.role != "pupil"
