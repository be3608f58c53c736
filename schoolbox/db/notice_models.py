"""The table of notices that people put away, as peewee sees it. See `models`."""

from peewee import CompositeKey, IntegerField, Model


class NoticeDismissed(Model):
    """A notice of the hub that somebody of the staff does not want to see again."""

    person_id = IntegerField()
    notice_id = IntegerField()

    class Meta:
        table_name = "notice_dismissed"
        primary_key = CompositeKey("person_id", "notice_id")
