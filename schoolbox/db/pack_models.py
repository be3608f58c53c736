"""The tables of packs as peewee sees them: what is installed, what is kept, what was asked for. See `models`."""

from peewee import CompositeKey, FloatField, IntegerField, Model, TextField


class Pack(Model):
    """One row an installed pack: writing it is the one visible step of an install.

    `items` and `duration_s` count what pupils see; `hidden` is set while its publisher is not in the registry. `units`
    holds the slugs that were chosen (empty: all), `missing` counts wanted files that are not there, `held_back` is a
    version somebody went back from.
    """

    id = TextField(primary_key=True)
    version = IntegerField()
    manifest_sha256 = TextField()
    catalogue_version = IntegerField()
    publisher = TextField()
    publisher_name = TextField()
    title = TextField()
    summary = TextField()
    goals = TextField()
    language = TextField()
    subject = TextField()
    area = TextField()
    grades = TextField()
    licence = TextField()
    authors = TextField()
    released_at = TextField()
    size_bytes = IntegerField()
    items = IntegerField()
    duration_s = FloatField()
    installed_at = TextField()
    installed_order = IntegerField()
    hidden = IntegerField(default=0)
    units = TextField(default="")
    missing = IntegerField(default=0)
    held_back = IntegerField(default=0)

    class Meta:
        table_name = "pack"


class Unit(Model):
    """The chapters of a pack, in order."""

    pack_id = TextField()
    position = IntegerField()
    title = TextField()

    class Meta:
        table_name = "unit"
        primary_key = CompositeKey("pack_id", "position")


class Item(Model):
    """What there is to learn from, in the order of the outline."""

    pack_id = TextField()
    id = TextField()
    unit_position = IntegerField()
    position = IntegerField()
    kind = TextField()
    title = TextField()
    summary = TextField()
    language = TextField()
    duration_s = FloatField()
    questions = IntegerField()
    pages = IntegerField()
    teacher_only = IntegerField()
    licence = TextField()
    authors = TextField()

    class Meta:
        table_name = "item"
        primary_key = CompositeKey("pack_id", "id")


class File(Model):
    """Which blobs an item is made of; also what keeps a blob from being swept."""

    pack_id = TextField()
    item_id = TextField()
    position = IntegerField()
    role = TextField()
    sha256 = TextField()
    ext = TextField()
    size_bytes = IntegerField()
    language = TextField()
    label = TextField()

    class Meta:
        table_name = "file"
        primary_key = CompositeKey("pack_id", "item_id", "position")


class KeptPack(Model):
    """The version of a pack that was shown before, kept so that one can go back to it."""

    pack_id = TextField(primary_key=True)
    version = IntegerField()
    manifest_sha256 = TextField()

    class Meta:
        table_name = "kept_pack"


class KeptFile(Model):
    """The blobs of a kept version, so that they are not swept."""

    pack_id = TextField()
    sha256 = TextField()

    class Meta:
        table_name = "kept_file"
        primary_key = CompositeKey("pack_id", "sha256")


class GoneItem(Model):
    """An item that was shown once; `replaced_by` is empty if nothing took its place."""

    id = TextField(primary_key=True)
    pack_id = TextField()
    title = TextField()
    teacher_only = IntegerField()
    replaced_by = TextField(default="")

    class Meta:
        table_name = "gone_item"


class ShelfJob(Model):
    """What somebody asked of a stick: one row an order, kept until newer ones push it out.

    `kind` is `install` or `write`; `shelf` the kind of shelf and `address` how it is found again: the fingerprint of a
    stick, or for writing its drive, because what is written changes the fingerprint.
    """

    id = IntegerField(primary_key=True)
    kind = TextField()
    shelf = TextField()
    address = TextField()
    label = TextField()
    state = TextField()
    asked_by = IntegerField(null=True)
    asked_at = TextField()
    ended_at = TextField(null=True)
    seen = IntegerField(default=0)
    leftovers = IntegerField(default=0)

    class Meta:
        table_name = "shelf_job"


class ShelfJobPack(Model):
    """The packs of such an order with what became of each; `fault` is an error kept so that it can be told later."""

    job_id = IntegerField()
    position = IntegerField()
    pack_id = TextField()
    version = IntegerField()
    manifest_sha256 = TextField()
    title = TextField()
    units = TextField(default="")
    state = TextField()
    fault = TextField(default="")
    missing = IntegerField(default=0)
    need_bytes = IntegerField()
    need_files = IntegerField()
    done_bytes = IntegerField(default=0)
    done_files = IntegerField(default=0)

    class Meta:
        table_name = "shelf_job_pack"
        primary_key = CompositeKey("job_id", "position")


class Subscription(Model):
    """What the box takes by itself, by pattern; `wanted` is 0 for what it must leave alone."""

    pattern = TextField(primary_key=True)
    wanted = IntegerField()

    class Meta:
        table_name = "subscription"
