"""The tables of privacy as peewee sees them: who looked at what, what parents agreed to, whom the hub must erase."""

from peewee import IntegerField, Model, TextField


class Audit(Model):
    """What staff looked at or changed; numbers only, so that the log outlives the people in it."""

    id = IntegerField(primary_key=True)
    happened_at = TextField()
    by_id = IntegerField()
    code = TextField()
    person_id = IntegerField(default=0)
    class_id = IntegerField(default=0)

    class Meta:
        table_name = "audit"


class Consent(Model):
    """What parents agreed to or took back; the newest row of a kind holds."""

    id = IntegerField(primary_key=True)
    person_id = IntegerField()
    kind = TextField()
    given = IntegerField()
    recorded_at = TextField()
    by_id = IntegerField()
    note = TextField(default="")

    class Meta:
        table_name = "consent"


class Erasure(Model):
    """Whom the hub must still erase: the random number, until the hub says that it is done."""

    actor_id = TextField(primary_key=True)
    erased_at = TextField()

    class Meta:
        table_name = "erasure"
