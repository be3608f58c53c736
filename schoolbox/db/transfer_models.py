"""The tables of pupils who move to another school, or come from one, as peewee sees them. See `models`."""

from peewee import BlobField, IntegerField, Model, TextField


class Departure(Model):
    """A pupil who moves to another school; `content` is the sealed file, `secret` what its receipt proves to have read.

    `put_away_at` is the pupil's `archived_at` as the file was made. When the receipt came, `person_id` is NULL,
    `content` and `secret` are empty, and `proof` says which receipt it was.
    """

    id = TextField(primary_key=True)
    person_id = IntegerField(null=True)
    by_id = IntegerField()
    made_at = TextField()
    meant_for = TextField()
    good_until = TextField()
    put_away_at = TextField()
    secret = TextField()
    content = BlobField()
    ended_at = TextField(null=True)
    taken_by = TextField(default="")
    proof = TextField(default="")

    class Meta:
        table_name = "departure"


class Arrival(Model):
    """A pupil who came from another school; the row outlives the person, so that no file is taken in twice."""

    id = TextField(primary_key=True)
    person_id = IntegerField(null=True)
    by_id = IntegerField()
    taken_at = TextField()
    from_school = TextField()
    academy = TextField()
    proof = TextField()
    receipt = TextField()

    class Meta:
        table_name = "arrival"
