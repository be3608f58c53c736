"""The tables of transfers that go over the hub, as peewee sees them. See `models`."""

from peewee import BlobField, IntegerField, Model, TextField


class Sending(Model):
    """A transfer that a person sent over the hub.

    `state`: `waits` for the line, `sent` when the hub has all of it, `expired` there, `refused` by it for `problem`;
    `over` and `expiring` when the hub is still to forget it. `refused` is the hash of a receipt that was not one.
    """

    id = TextField(primary_key=True)
    departure_id = TextField()
    hub = TextField()
    to_school = TextField()
    to_name = TextField()
    sha256 = TextField()
    size_bytes = IntegerField()
    have_bytes = IntegerField(default=0)
    state = TextField()
    problem = TextField(default="")
    refused = TextField(default="")
    asked_at = TextField()

    class Meta:
        table_name = "sending"


class Delivery(Model):
    """A sealed file that came over the hub, or is coming; `receipt` is empty, `waits`, or as in `Told`."""

    id = TextField(primary_key=True)
    hub = TextField()
    school = TextField()
    municipality = TextField()
    size_bytes = IntegerField()
    sha256 = TextField()
    begun_on = TextField()
    last_day = TextField()
    content = BlobField(default=b"")
    arrival_id = TextField(default="")
    receipt = TextField(default="")

    class Meta:
        table_name = "delivery"


class HubSchool(Model):
    """A school that the hub can carry to, in the order in which the hub tells them."""

    id = TextField(primary_key=True)
    place = IntegerField()
    name = TextField()
    municipality = TextField()
    folded = TextField()

    class Meta:
        table_name = "hub_school"
