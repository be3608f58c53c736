"""The collections of a school, as peewee sees them. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class Collection(Model):
    """A list of items with a name, for the school, a grade or a class."""

    id = IntegerField(primary_key=True)
    scope_kind = TextField()
    scope_id = IntegerField()
    title = TextField()
    says = TextField(default="")
    area = TextField(default="life")


class CollectionItem(Model):
    """An item in a collection, at its place."""

    collection_id = IntegerField()
    position = IntegerField()
    item_id = TextField()

    class Meta:
        table_name = "collection_item"
        primary_key = CompositeKey("collection_id", "position")
