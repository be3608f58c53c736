"""What truly differs between the databases a hub can keep its records in."""
