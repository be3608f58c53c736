"""Tests that teachers open and close, as peewee sees them. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class ClassTest(Model):
    """A quiz as a test of a class; NULL in `opened_at`, `closed_at`, `shown_at` for what did not happen yet."""

    id = IntegerField(primary_key=True)
    class_id = IntegerField()
    teacher_id = IntegerField(null=True)
    item_id = TextField()
    title = TextField(default="")
    limit_s = IntegerField(default=0)
    for_all = IntegerField(default=1)
    made_at = TextField()
    opened_at = TextField(null=True)
    closed_at = TextField(null=True)
    shown_at = TextField(null=True)

    class Meta:
        table_name = "class_test"


class ClassTestPupil(Model):
    """What is different for one pupil of a test."""

    test_id = IntegerField()
    person_id = IntegerField()
    chosen = IntegerField(default=0)
    extra_s = IntegerField(default=0)
    reopened = IntegerField(default=0)
    seen = IntegerField(default=0)

    class Meta:
        table_name = "class_test_pupil"
        primary_key = CompositeKey("test_id", "person_id")
