"""The way from `hub.db` to PostgreSQL, once in the life of a hub (`schoolbox-hub db move`)."""
