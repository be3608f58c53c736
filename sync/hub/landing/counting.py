"""Adding many statements to the roll-ups with a few queries; what comes out is what `rollup.count` makes.

Who counts is alone (`Beside.alone`): sums are read and changed here.

    count_many(db, counted)
"""

from collections.abc import Iterable, Sequence

from sync.hub.landing.ports import Beside
from sync.hub.rollup import Counted, tally

_NULL = "\\N"
_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS came_day (LIKE daily) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS came_week (LIKE active) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS came_touched (LIKE touched) ON COMMIT DELETE ROWS",
    (
        "CREATE TEMP TABLE IF NOT EXISTS came_standing (level BIGINT NOT NULL, school BIGINT NOT NULL,"
        ' class BIGINT NOT NULL, grade BIGINT NOT NULL, area TEXT COLLATE "C" NOT NULL, pack BIGINT NOT NULL,'
        " item BIGINT NOT NULL,"
        " learner BIGINT NOT NULL, completed BIGINT NOT NULL, best_milli BIGINT, last_day BIGINT NOT NULL, cell BIGINT)"
        " ON COMMIT DELETE ROWS"
    ),
)
_KEY = "level, school, class, grade, area, pack, item"
_STEPS = (
    (
        "INSERT INTO daily SELECT * FROM came_day ORDER BY day, school, class, grade, area, pack, item, verb"
        " ON CONFLICT (day, school, class, grade, area, pack, item, verb) DO UPDATE SET"
        " statements = daily.statements + excluded.statements, watched_ms = daily.watched_ms + excluded.watched_ms"
    ),
    (
        "INSERT INTO active (school, week, learner) SELECT school, week, learner FROM came_week"
        " ORDER BY school, week, learner ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO touched (school, day) SELECT school, day FROM came_touched ORDER BY school, day"
        " ON CONFLICT DO NOTHING"
    ),
    (
        f"INSERT INTO cell ({_KEY}) SELECT DISTINCT {_KEY} FROM came_standing s WHERE NOT EXISTS (SELECT 1 FROM cell c"  # noqa: S608  fixed names
        " WHERE c.level = s.level AND c.school = s.school AND c.class = s.class AND c.grade = s.grade"
        " AND c.area = s.area AND c.pack = s.pack AND c.item = s.item)"
    ),
    (
        "UPDATE came_standing s SET cell = c.id FROM cell c WHERE c.level = s.level AND c.school = s.school"
        " AND c.class = s.class AND c.grade = s.grade AND c.area = s.area AND c.pack = s.pack AND c.item = s.item"
    ),
    (
        "WITH change AS (SELECT s.cell, sum(CASE WHEN l.learner IS NULL THEN 1 ELSE 0 END) AS learners,"
        " sum(greatest(s.completed, l.completed) - coalesce(l.completed, 0)) AS completed,"
        " sum(CASE WHEN l.best_milli IS NULL AND s.best_milli IS NOT NULL THEN 1 ELSE 0 END) AS scored,"
        " sum(coalesce(greatest(s.best_milli, l.best_milli), 0) - coalesce(l.best_milli, 0)) AS score_milli"
        " FROM came_standing s LEFT JOIN cell_learner l ON l.cell = s.cell AND l.learner = s.learner GROUP BY s.cell)"
        " UPDATE cell c SET learners = c.learners + d.learners, completed = c.completed + d.completed,"
        " scored = c.scored + d.scored, score_milli = c.score_milli + d.score_milli FROM change d WHERE c.id = d.cell"
        " AND (d.learners <> 0 OR d.completed <> 0 OR d.scored <> 0 OR d.score_milli <> 0)"
    ),
    (
        "INSERT INTO cell_learner (cell, learner, completed, best_milli, last_day)"
        " SELECT cell, learner, completed, best_milli, last_day FROM came_standing ORDER BY cell, learner"
        " ON CONFLICT (cell, learner) DO UPDATE SET completed = greatest(cell_learner.completed, excluded.completed),"
        " best_milli = greatest(cell_learner.best_milli, excluded.best_milli),"
        " last_day = greatest(cell_learner.last_day, excluded.last_day)"
        " WHERE excluded.completed > cell_learner.completed"
        " OR excluded.last_day > cell_learner.last_day"
        " OR excluded.best_milli > coalesce(cell_learner.best_milli, -1)"
    ),
)


def count_many(db: Beside, counted: Sequence[Counted]) -> None:
    """Add statements about items to the roll-ups."""
    sums = tally(counted)
    if not sums.days:
        return
    for table in _TABLES:
        db.execute(table)
    db.copy("COPY came_day FROM STDIN", _lines((*key, *added) for key, added in sums.days.items()))
    db.copy("COPY came_week (school, week, learner) FROM STDIN", _lines(sums.weeks))
    db.copy("COPY came_touched (school, day) FROM STDIN", _lines(sums.touched))
    db.copy(
        f"COPY came_standing ({_KEY}, learner, completed, best_milli, last_day) FROM STDIN",
        _lines(
            (*key, learner, int(one.completed), one.best_milli, one.last_day)
            for (key, learner), one in sums.standings.items()
        ),
    )
    for step in _STEPS:
        db.execute(step)


def _lines(rows: Iterable[Sequence[int | str | None]]) -> str:
    """Write rows as COPY reads them; the only texts are areas, which are letters."""
    return "".join("\t".join(_NULL if one is None else str(one) for one in row) + "\n" for row in rows)
