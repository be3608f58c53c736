"""How a school tailors its library, as peewee sees it. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class Tailored(Model):
    """One rule: what a school, grade or class hides, shows again or puts first."""

    scope_kind = TextField()
    scope_id = IntegerField()
    target_kind = TextField()
    target_id = TextField()
    what = TextField()
    position = IntegerField(default=0)

    class Meta:
        table_name = "tailored"
        primary_key = CompositeKey("scope_kind", "scope_id", "target_kind", "target_id")
