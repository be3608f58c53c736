"""The table of couriers, as peewee sees it. See `models`."""

from peewee import IntegerField, Model, TextField


class Courier(Model):
    """A courier this box wrote: statements `first_seq` to `last_seq`, what it hashes to open and sealed."""

    number = IntegerField(primary_key=True)
    sha256 = TextField()
    file_sha256 = TextField()
    first_seq = IntegerField()
    last_seq = IntegerField()
    statements = IntegerField()
    made_at = TextField()
    receipt_at = TextField(null=True)

    class Meta:
        table_name = "courier"
