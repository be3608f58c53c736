"""The tables as peewee sees them; the schema itself is in `migrations/` and a test compares the two.

Models are bound to no database: a query is handed to `Database.run` or `Database.fetch`. Why each table exists is said
in its docstring; units are in the names; times end in `_at` (UTC, ISO 8601).
"""

import peewee
from peewee import BlobField, CompositeKey, FloatField, IntegerField, Model, TextField

from schoolbox.db.boot_models import Boot
from schoolbox.db.class_test_models import ClassTest, ClassTestPupil
from schoolbox.db.collection_models import Collection, CollectionItem
from schoolbox.db.courier_models import Courier
from schoolbox.db.group_models import ClassGroup, ClassGroupPupil
from schoolbox.db.national_address_models import NationalAddress, NationalErasure
from schoolbox.db.notice_models import NoticeDismissed
from schoolbox.db.own_file_models import OwnCourse
from schoolbox.db.own_quiz_models import OwnQuiz
from schoolbox.db.pack_models import (
    File,
    GoneItem,
    Item,
    KeptFile,
    KeptPack,
    Pack,
    ShelfJob,
    ShelfJobPack,
    Subscription,
    Unit,
)  # fmt: skip
from schoolbox.db.passport_models import FinishedCourse
from schoolbox.db.privacy_models import Audit, Consent, Erasure
from schoolbox.db.quiz_models import Hint
from schoolbox.db.report_models import WorkDay
from schoolbox.db.sending_models import Delivery, HubSchool, Sending
from schoolbox.db.tailoring_models import Tailored
from schoolbox.db.transfer_models import Arrival, Departure


class Setting(Model):
    """What the box knows of itself: school, municipality, id, schema-free small facts."""

    key = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "setting"


class SchoolClass(Model):
    """A class of the school; pupils find their name through it. `sign_in` is `pin` or `pictures`.

    One that was put away is called `label`; its `name` has a mark behind it, so that the name is free.
    """

    id = IntegerField(primary_key=True)
    name = TextField(unique=True)
    grade = IntegerField()
    shift = TextField(default="")
    archived_at = TextField(null=True)
    sign_in = TextField(default="pin")
    label = TextField(default="")

    class Meta:
        table_name = "school_class"


class Person(Model):
    """Who may sign in. `actor_id` is the random id that goes upstream; the name never does.

    `parent_name` and `phone` are empty unless the school has chosen to keep them.
    `grade` is that of a pupil in a class of several grades, NULL for that of the class.
    `pictures` is 1 for a pupil whose secret is three pictures; it is kept as a PIN is.
    """

    id = IntegerField(primary_key=True)
    actor_id = TextField(unique=True)
    role = TextField()
    given_name = TextField()
    surname = TextField()
    login = TextField(unique=True)
    language = TextField(default="")
    secret_kind = TextField()
    secret = TextField()
    created_at = TextField()
    seen_at = TextField(null=True)
    archived_at = TextField(null=True)
    parent_name = TextField(default="")
    phone = TextField(default="")
    pictures = IntegerField(default=0)
    grade = IntegerField(null=True)

    class Meta:
        table_name = "person"


class Membership(Model):
    """Who belongs to which class, pupils and teachers alike."""

    class_id = IntegerField()
    person_id = IntegerField()

    class Meta:
        table_name = "membership"
        primary_key = CompositeKey("class_id", "person_id")


class Session(Model):
    """Who is signed in where; holds the hash of the cookie's token. `device` is its kind, as `phone`."""

    token_sha256 = TextField(primary_key=True)
    person_id = IntegerField()
    started_at = TextField()
    boot_id = TextField()
    seen_monotonic_s = FloatField()
    device = TextField(default="")

    class Meta:
        table_name = "session"


class Progress(Model):
    """Where each person stands with each item; survives new versions of the pack.

    `segments` is everything watched so far. `sitting` is the id of the latest sitting in front of a video,
    `sitting_segments` what was played in it, `sitting_sent` the part of that which a statement already tells.
    """

    person_id = IntegerField()
    item_id = TextField()
    state = TextField()
    position_s = FloatField(default=0)
    segments = TextField(default="")
    watched_s = FloatField(default=0)
    sitting = TextField(default="")
    sitting_segments = TextField(default="")
    sitting_sent = TextField(default="")
    best_correct = IntegerField(default=0)
    last_correct = IntegerField(default=0)
    questions = IntegerField(default=0)
    passed = IntegerField(default=0)
    attempts = IntegerField(default=0)
    touched_order = IntegerField()
    touched_at = TextField()
    done_at = TextField(null=True)

    class Meta:
        table_name = "progress"
        primary_key = CompositeKey("person_id", "item_id")


class Attempt(Model):
    """One go at a quiz; at most one is open per person and quiz. `registration` is its id in statements (a UUID).

    `test_id` is the test that it belongs to, NULL for none.
    """

    id = IntegerField(primary_key=True)
    person_id = IntegerField()
    item_id = TextField()
    quiz_sha256 = TextField()
    questions = IntegerField()
    registration = TextField()
    started_at = TextField()
    finished_at = TextField(null=True)
    seed = TextField(default="")
    limit_s = IntegerField(default=0)
    used_s = FloatField(default=0)
    boot_id = TextField(default="")
    since_s = FloatField(default=0)
    test_id = IntegerField(null=True)

    class Meta:
        table_name = "attempt"


class Answer(Model):
    """One answered question of an attempt; kept the moment it is given. `turn` is 0 outside a practice."""

    attempt_id = IntegerField()
    question_id = TextField()
    response = TextField()
    correct = IntegerField()
    answered_at = TextField()
    turn = IntegerField(default=0)
    hints = IntegerField(default=0)

    class Meta:
        table_name = "answer"
        primary_key = CompositeKey("attempt_id", "turn", "question_id")


class Outbox(Model):
    """Statements the hub has not acknowledged; `seq` orders everything that happened on this box.

    Those of the smaller `lane` leave first. `boot` is the number of the start whose clock was not known to be right, 0
    for a statement that will not be changed any more.
    """

    seq = IntegerField(primary_key=True)
    statement = BlobField()
    lane = IntegerField(default=0)
    boot = IntegerField(default=0)

    class Meta:
        table_name = "outbox"


class Quarantine(Model):
    """Statements the hub refused, with its reason: kept for a person to look at.

    `kept_at` is when somebody set one aside for good, and `kept_why` the reason.
    """

    seq = IntegerField(primary_key=True)
    statement = BlobField()
    reason = TextField()
    refused_at = TextField()
    lane = IntegerField(default=0)
    kept_at = TextField(null=True)
    kept_why = TextField(default="")

    class Meta:
        table_name = "quarantine"


class Event(Model):
    """What happened lately, for the technician: codes and ids only, never a name."""

    id = IntegerField(primary_key=True)
    happened_at = TextField()
    code = TextField()
    facts = TextField()

    class Meta:
        table_name = "event"


class Lesson(Model):
    """What a teacher gives a class to learn; pupils see it from when it is given until it is ended.

    `due_on` is an ISO date or empty; `group_id` is the group that it is for, if it is for one.
    """

    id = IntegerField(primary_key=True)
    class_id = IntegerField()
    teacher_id = IntegerField(null=True)
    title = TextField(default="")
    note = TextField(default="")
    due_on = TextField(default="")
    for_all = IntegerField(default=1)
    made_at = TextField()
    ended_at = TextField(null=True)
    given_at = TextField(null=True)
    group_id = IntegerField(null=True)

    class Meta:
        table_name = "lesson"


class LessonItem(Model):
    """The items of a lesson, in order; they may be gone from the library."""

    lesson_id = IntegerField()
    position = IntegerField()
    item_id = TextField()

    class Meta:
        table_name = "lesson_item"
        primary_key = CompositeKey("lesson_id", "position")


class LessonPupil(Model):
    """Whom a lesson is for, where it is not the whole class."""

    lesson_id = IntegerField()
    person_id = IntegerField()

    class Meta:
        table_name = "lesson_pupil"
        primary_key = CompositeKey("lesson_id", "person_id")


class LessonStuck(Model):
    """A pupil said: I am stuck with this item."""

    lesson_id = IntegerField()
    person_id = IntegerField()
    item_id = TextField()
    said_at = TextField()

    class Meta:
        table_name = "lesson_stuck"
        primary_key = CompositeKey("lesson_id", "person_id", "item_id")


class Card(Model):
    """The sign-in card of a pupil; `mark` is the keyed hash of the code on it."""

    person_id = IntegerField(primary_key=True)
    mark = TextField(unique=True)
    made_at = TextField()

    class Meta:
        table_name = "card"


TABLES: tuple[type[peewee.Model], ...] = (
    Setting, Pack, Unit, Item, File, SchoolClass, Person, Membership, Session, Progress, Attempt, Answer, Hint,
    Outbox,     Quarantine, Event, KeptPack, KeptFile, GoneItem, ShelfJob, ShelfJobPack, Subscription,
    Lesson, LessonItem, LessonPupil, LessonStuck, Card, WorkDay,
    Audit, Consent, Erasure, OwnQuiz, ClassTest, ClassTestPupil, Tailored, OwnCourse, Collection, CollectionItem,
    FinishedCourse, ClassGroup, ClassGroupPupil, Departure, Arrival, Courier, Sending, Delivery, HubSchool,
    NationalAddress, NationalErasure, Boot, NoticeDismissed,
)  # fmt: skip
