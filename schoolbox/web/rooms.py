"""Every room of the box; a page is reachable only through this list."""

from flask import Blueprint

from schoolbox.web import health

ROOMS: tuple[Blueprint, ...] = (health.room,)
