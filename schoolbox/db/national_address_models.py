"""The tables of addresses in the country as peewee sees them."""

from peewee import IntegerField, Model, TextField


class NationalAddress(Model):
    """The address of one person; a row without one says that somebody was asked for."""

    person_id = IntegerField(primary_key=True)
    address = TextField(default="")
    state = TextField(default="asked")

    class Meta:
        table_name = "national_address"


class NationalErasure(Model):
    """Whom the identity office must still erase: the random number, until the office says that it is done."""

    actor_id = TextField(primary_key=True)
    erased_at = TextField()

    class Meta:
        table_name = "national_erasure"
