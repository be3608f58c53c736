"""Every room of the box; a page is reachable only through this list."""

from flask import Blueprint

from schoolbox.web import (
    achievements,
    card_door,
    cards,
    claim,
    class_tests,
    classes,
    health,
    help_pages,
    home,
    items,
    jobs,
    lessons,
    library,
    own_quizzes,
    packs,
    policy,
    privacy,
    quizzes,
    reports,
    rosters,
    search,
    sessions,
    shelf,
    sign_in,
    static_files,
    status,
    sticks,
    tailoring,
    uploads,
)

ROOMS: tuple[Blueprint, ...] = (
    home.room, library.room, items.room, quizzes.room, search.room, achievements.room, sign_in.room, claim.room,
    classes.room, reports.room, lessons.room, own_quizzes.room, class_tests.room, cards.room, card_door.room,
    sessions.room, status.room, policy.room,
    privacy.room, sticks.room, jobs.room, packs.room, uploads.room, rosters.room, health.room, help_pages.room,
    tailoring.room, shelf.room, static_files.room,
)  # fmt: skip
