"""The table of the passport as peewee sees it. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class FinishedCourse(Model):
    """A course somebody finished, with title, publisher and school as they were then; it outlives the pack.

    `mastery` is per cent of right answers in the best tries, -1 for a course without quizzes; `code` is the
    certificate of another school, empty for what was finished here; `short` is random, and typed
    at this box alone.
    """

    person_id = IntegerField()
    pack_id = TextField()
    title = TextField()
    publisher = TextField()
    language = TextField()
    items = IntegerField()
    mastery = IntegerField()
    school = TextField()
    municipality = TextField()
    finished_at = TextField()
    code = TextField(default="")
    short = TextField(default="")

    class Meta:
        table_name = "finished_course"
        primary_key = CompositeKey("person_id", "pack_id")
