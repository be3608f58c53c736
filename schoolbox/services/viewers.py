"""Who is looking: the few facts of a signed-in person that pages and services need."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A signed-in person. `short_name` is "Arta K."; `actor_id` is the random id that statements carry."""

    person_id: int
    role: str
    given_name: str
    short_name: str
    actor_id: str
    language: str
    class_id: int | None
    class_name: str
    grade: int | None
