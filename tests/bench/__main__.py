"""All figures, one after the other: `make bench`. Nothing here fails because something is slow."""

from tests.bench import (
    figures,
    hub,
    hub_country,
    hub_letting_go,
    lesson,
    media,
    pack_copying,
    pack_library,
    pack_pull,
    reports,
)

for title, run in (
    ("Packs beside cp and a hash of the same files", pack_copying.main),
    ("A national library on a real box", pack_library.main),
    ("Taking packs from a hub", pack_pull.main),
    ("A class at once on a real box", lesson.main),
    ("A teacher's reports after years", reports.main),
    ("A crowd of viewers, beside nginx", lambda: media.compare(media.Load(100, 300_000, 15.0))),
    ("The pages of a hub with a whole country", figures.main),
    ("The hub taking statements in", hub.main),
    ("A country's hub on PostgreSQL", hub_country.main),
    ("A hub that lets go of a week", hub_letting_go.main),
):
    print(f"\n== {title} ==", flush=True)
    run()
