"""The queries of a teacher's pages, as constants: nothing that a reader sends is ever part of their text."""
# ruff: noqa: S608 - the pieces joined here are constants of this module

_PUPILS = "membership m JOIN person p ON p.id = m.person_id AND p.role = 'pupil' AND p.archived_at IS NULL"
HANDED_IN = """
r.state <> 'done' AND EXISTS (SELECT 1 FROM attempt h JOIN class_test t ON t.id = h.test_id AND t.shown_at IS NULL
    WHERE h.person_id = r.person_id AND h.item_id = r.item_id AND h.finished_at NOT NULL)
"""
"""Whether a row of progress is of a test that was handed in, whose results are not shown yet."""
STAND = (
    f"r.person_id, r.item_id, r.state = 'done', r.best_correct, r.questions, r.passed, r.attempts, ({HANDED_IN})"
)
"""What `class_map.read_stand` reads of a row of progress."""

CLASSES_OF = "SELECT class_id FROM membership WHERE person_id = ?"

PUPIL = "SELECT given_name, surname, seen_at, grade FROM person WHERE id = ?"

GRADES = f"SELECT DISTINCT p.grade FROM {_PUPILS} WHERE m.class_id = ? AND p.grade IS NOT NULL"

SEEN = f"SELECT p.id, p.seen_at FROM {_PUPILS} WHERE m.class_id = ? AND p.seen_at IS NOT NULL"

CONNECTED = f"""
SELECT DISTINCT s.person_id FROM {_PUPILS} JOIN session s ON s.person_id = p.id
WHERE m.class_id = ? AND s.boot_id = ? AND s.seen_monotonic_s >= ?
"""

TOUCHED = f"""
SELECT i.pack_id FROM {_PUPILS} JOIN progress r ON r.person_id = p.id JOIN shown_item i ON i.id = r.item_id
WHERE m.class_id = ? GROUP BY i.pack_id ORDER BY max(r.touched_order) DESC
"""

STANDS = f"""
SELECT {STAND} FROM {_PUPILS} JOIN progress r ON r.person_id = p.id
WHERE m.class_id = ? AND r.item_id IN (SELECT value FROM json_each(?))
"""

DONE = f"""
SELECT r.watched_s, r.touched_at, {STAND} FROM progress r WHERE r.person_id = ? ORDER BY r.touched_order DESC LIMIT ?
"""

WRONG = """
SELECT a.item_id, a.quiz_sha256, n.question_id, n.response FROM attempt a JOIN answer n ON n.attempt_id = a.id
WHERE a.person_id = ? AND n.correct = 0
  AND a.id IN (SELECT max(id) FROM attempt t WHERE person_id = ? AND (finished_at IS NOT NULL
      OR EXISTS (SELECT 1 FROM answer WHERE attempt_id = t.id AND turn > 0))
      AND (test_id IS NULL OR EXISTS (SELECT 1 FROM class_test c WHERE c.id = t.test_id AND c.shown_at NOT NULL))
      GROUP BY item_id)
  AND NOT EXISTS (SELECT 1 FROM answer l WHERE l.attempt_id = n.attempt_id AND l.turn > n.turn
      AND l.question_id = n.question_id AND l.correct = 1)
ORDER BY a.id DESC, n.turn
"""
"""Of the last finished try at each quiz; a practice is looked at while it goes on, for what was not right since."""
