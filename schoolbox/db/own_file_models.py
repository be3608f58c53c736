"""The courses that teachers make of files of their own, as peewee sees them. See `models`."""

from peewee import IntegerField, Model, TextField


class OwnCourse(Model):
    """A course of own files as it was put together; it becomes a pack of the school when it is used."""

    id = IntegerField(primary_key=True)
    teacher_id = IntegerField()
    draft = TextField()
    version = IntegerField(default=1)
    changed_at = TextField()
    pack_id = TextField(default="")
    used = IntegerField(default=0)
    asked = IntegerField(default=0)
    fault = TextField(default="")

    class Meta:
        table_name = "own_course"
