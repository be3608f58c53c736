"""The database of the box: connection, models, migrations, the single writer."""
