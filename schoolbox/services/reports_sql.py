"""The queries of the reports, as constants: nothing that a reader sends is ever part of their text.

Pupils and days come as JSON lists and lead every plan (`CROSS JOIN` keeps the order): what a report reads grows with
the class and not with the school. `tests/integration/test_reports_scale.py` looks at the plans.
"""

from schoolbox.services.classes_sql import HANDED_IN, STAND

ROLL = """
SELECT c.id, c.name, c.grade, c.shift, p.id, p.given_name, p.surname FROM membership t
JOIN school_class c ON c.id = t.class_id AND c.archived_at IS NULL LEFT JOIN membership m ON m.class_id = c.id
LEFT JOIN person p ON p.id = m.person_id AND p.role = 'pupil' AND p.archived_at IS NULL
WHERE t.person_id = ?1 AND t.class_id = ?2
"""

NOW = f"""
WITH asked AS (
    SELECT s.person_id, s.lesson_id, s.item_id, max(s.said_at) FROM lesson l JOIN lesson_stuck s ON s.lesson_id = l.id
    WHERE l.class_id = ?1 AND l.given_at IS NOT NULL AND l.ended_at IS NULL AND (l.for_all OR EXISTS
        (SELECT 1 FROM lesson_chosen w WHERE w.lesson_id = l.id AND w.person_id = s.person_id)) AND NOT EXISTS
        (SELECT 1 FROM progress d WHERE d.person_id = s.person_id AND d.item_id = s.item_id AND d.state = 'done')
    GROUP BY s.person_id)
SELECT p.value, EXISTS (SELECT 1 FROM session s WHERE s.person_id = p.value AND s.boot_id = ?3
        AND s.seen_monotonic_s >= ?4),
    coalesce(r.item_id, ''), coalesce(r.state, ''), coalesce(r.touched_at, ''), coalesce(r.best_correct, 0),
    coalesce(r.questions, 0), coalesce(r.passed, 0), coalesce(r.attempts, 0), coalesce(a.lesson_id, 0),
    coalesce(a.item_id, ''), ({HANDED_IN})
FROM json_each(?2) p
LEFT JOIN progress r ON r.person_id = p.value AND r.item_id =
    (SELECT item_id FROM progress WHERE person_id = p.value ORDER BY touched_order DESC LIMIT 1)
LEFT JOIN asked a ON a.person_id = p.value
"""  # noqa: S608 - the pieces are constants

_DAYS = """
WITH RECURSIVE day(day) AS (
    SELECT min(day) FROM work_day UNION ALL
    SELECT (SELECT min(w.day) FROM work_day w WHERE w.day > day.day) FROM day WHERE day.day IS NOT NULL)
"""
"""Every day that anybody worked on, by one look into the key for each."""

WORKED = f"""
{_DAYS} SELECT day FROM day WHERE day IS NOT NULL AND EXISTS
    (SELECT 1 FROM json_each(?1) p CROSS JOIN work_day w ON w.day = day.day AND w.person_id = p.value)
"""  # noqa: S608 - the pieces are constants of this module

WEEK = """
SELECT w.person_id, w.day, w.minutes, w.finished FROM json_each(?2) d CROSS JOIN json_each(?1) p
CROSS JOIN work_day w ON w.day = d.value AND w.person_id = p.value
"""

_COUNTS = "(a.test_id IS NULL OR EXISTS (SELECT 1 FROM class_test t WHERE t.id = a.test_id AND t.shown_at NOT NULL))"
"""A test says nothing before its teacher shows the results: these pages are often on the projector."""

TRIES = f"""
SELECT a.person_id, a.finished_at, coalesce(sum(n.correct), 0), max(a.questions, count(n.question_id))
FROM json_each(?1) p CROSS JOIN attempt a ON a.person_id = p.value LEFT JOIN answer n ON n.attempt_id = a.id
WHERE a.finished_at >= ?2 AND a.finished_at < ?3 AND {_COUNTS} GROUP BY a.id
"""  # noqa: S608 - as above

RESULTS = """
SELECT r.item_id, r.person_id, r.best_correct, r.questions, r.passed, r.attempts
FROM json_each(?1) p CROSS JOIN progress r ON r.person_id = p.value WHERE r.attempts > 0
"""

QUIZZES = """
SELECT r.item_id, count(*), sum(r.passed), sum(r.best_correct), sum(r.questions), max(r.touched_at) AS last
FROM json_each(?1) p CROSS JOIN progress r ON r.person_id = p.value WHERE r.attempts > 0
GROUP BY r.item_id ORDER BY last DESC
"""

STANDS = f"""
SELECT {STAND}
FROM json_each(?1) p CROSS JOIN json_each(?2) i CROSS JOIN progress r ON r.person_id = p.value AND r.item_id = i.value
"""  # noqa: S608 - as above

FIRST_ANSWERS = f"""
SELECT a.person_id, n.question_id, n.response, n.correct, min(n.turn)
FROM json_each(?1) p CROSS JOIN attempt a ON a.id =
    (SELECT min(id) FROM attempt a WHERE person_id = p.value AND item_id = ?2 AND quiz_sha256 = ?3 AND {_COUNTS}
        AND EXISTS (SELECT 1 FROM answer WHERE attempt_id = a.id))
CROSS JOIN answer n ON n.attempt_id = a.id GROUP BY a.id, n.question_id
"""  # noqa: S608 - as above
"""Of each question the answer of the first turn (SQLite takes the other columns from the row that `min` found)."""

DAYS = f"""
{_DAYS} SELECT w.day, w.minutes, w.finished FROM day CROSS JOIN work_day w ON w.day = day.day AND w.person_id = ?1
ORDER BY w.day DESC
"""  # noqa: S608 - as above

HAPPENED = f"""
SELECT 'try', a.item_id, a.finished_at AS at, (SELECT coalesce(sum(correct), 0) FROM answer WHERE attempt_id = a.id),
    max(a.questions, (SELECT count(*) FROM answer WHERE attempt_id = a.id))
FROM attempt a WHERE a.id IN (SELECT id FROM attempt a WHERE person_id = ?1 AND finished_at IS NOT NULL AND {_COUNTS}
    ORDER BY finished_at DESC LIMIT ?2)
UNION ALL
SELECT state, item_id, CASE WHEN state = 'done' THEN coalesce(done_at, touched_at) ELSE touched_at END, 0, 0
FROM progress WHERE person_id = ?1 AND attempts = 0
ORDER BY at DESC LIMIT ?2
"""  # noqa: S608 - as above
