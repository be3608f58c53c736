"""The table that reports read, as peewee sees it. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class WorkDay(Model):
    """What a pupil did on one day, because progress keeps only the last time of each item."""

    day = TextField()
    person_id = IntegerField()
    minutes = IntegerField()
    finished = IntegerField()
    last_minute = TextField()

    class Meta:
        table_name = "work_day"
        primary_key = CompositeKey("day", "person_id")
