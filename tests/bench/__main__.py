"""All figures, one after the other: `make bench`. Nothing here fails because something is slow."""

from tests.bench import hub, lesson, media

for title, run in (
    ("A class at once on a real box", lesson.main),
    ("A crowd of viewers, beside nginx", lambda: media.compare(media.Load(100, 300_000, 15.0))),
    ("The hub taking statements in", hub.main),
):
    print(f"\n== {title} ==", flush=True)
    run()
