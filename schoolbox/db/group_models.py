"""The tables of groups as peewee sees them. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class ClassGroup(Model):
    """A group of pupils within a class, as its teachers call it."""

    id = IntegerField(primary_key=True)
    class_id = IntegerField()
    name = TextField()

    class Meta:
        table_name = "class_group"


class ClassGroupPupil(Model):
    """Who is in a group; the row goes with the membership of the class."""

    group_id = IntegerField()
    person_id = IntegerField()
    class_id = IntegerField()

    class Meta:
        table_name = "class_group_pupil"
        primary_key = CompositeKey("group_id", "person_id")
