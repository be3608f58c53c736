"""The table of starts, for putting times right that were written down with a wrong clock."""

from peewee import IntegerField, Model, TextField


class Boot(Model):
    """One start of the machine. `wall_zero_at` is when its monotonic clock stood at zero by its own wall clock.

    `told_zero_at` is the same by somebody who knows, a hub or a teacher's device (`told_by`); `at_least` is a time that
    was past already when it started.
    """

    number = IntegerField(primary_key=True)
    id = TextField(unique=True)
    wall_zero_at = TextField()
    at_least = TextField(null=True)
    told_zero_at = TextField(null=True)
    told_by = TextField(default="")

    class Meta:
        table_name = "boot"
