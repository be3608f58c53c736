"""The queries of the library, as constants: nothing that a reader sends is ever part of their text."""
# ruff: noqa: S608 - the pieces joined here are constants of this module

PACK_COLUMNS = (
    "p.id, p.version, p.title, p.summary, p.publisher, p.publisher_name, p.language, p.subject, p.area, p.grades, "
    "p.items, p.duration_s"
)
PACK_WIDTH = 12
ITEM_COLUMNS = (
    "i.id, i.pack_id, i.unit_position, i.position, i.kind, i.title, i.language, i.duration_s, i.questions, i.pages, "
    "i.teacher_only, (SELECT f.sha256 || '.' || f.ext FROM file AS f WHERE f.pack_id = i.pack_id AND f.item_id = i.id "
    "AND f.role = 'thumbnail' ORDER BY f.position LIMIT 1)"
)
ITEM_WIDTH = 12

PACKS = f"SELECT {PACK_COLUMNS} FROM shown_pack AS p WHERE p.items > 0 OR p.publisher NOT LIKE 'box-%'"
"""Every course; what a school made for its tests only is none."""

PACK = f"SELECT {PACK_COLUMNS} FROM shown_pack AS p WHERE p.id = ?"

COURSE_FACTS = "SELECT goals, licence, authors, released_at FROM pack WHERE id = ?"

CAPTION_LANGUAGES = "SELECT DISTINCT language FROM file WHERE pack_id = ? AND role = 'captions' ORDER BY language"

OUTLINE = f"""
SELECT {ITEM_COLUMNS}, u.title FROM item AS i
JOIN unit AS u ON u.pack_id = i.pack_id AND u.position = i.unit_position
WHERE i.pack_id = ? AND i.teacher_only <= ? ORDER BY i.position
"""

ITEM = f"""
SELECT i.summary, i.licence, i.authors, {PACK_COLUMNS} FROM shown_item AS i
JOIN pack AS p ON p.id = i.pack_id WHERE i.id = ? AND i.teacher_only <= ?
ORDER BY p.installed_order DESC LIMIT 1
"""

FILES = """
SELECT role, sha256, ext, size_bytes, language, label FROM file WHERE pack_id = ? AND item_id = ? ORDER BY position
"""

ENTRIES = f"""
SELECT {ITEM_COLUMNS}, {PACK_COLUMNS} FROM json_each(?) AS asked
CROSS JOIN item AS i ON i.id = asked.value CROSS JOIN shown_pack AS p ON p.id = i.pack_id
WHERE i.teacher_only <= ? ORDER BY p.installed_order
"""
"""CROSS JOIN keeps SQLite to this order: left alone it looks each item up in every pack."""

NEWEST = f"""
WITH fresh AS (SELECT id FROM shown_pack ORDER BY installed_order DESC LIMIT ?1),
ranked AS (
    SELECT pack_id, id, ROW_NUMBER() OVER (PARTITION BY pack_id ORDER BY position) AS place
    FROM item WHERE pack_id IN fresh AND teacher_only = 0 AND kind IN ('video', 'audio')
)
SELECT {ITEM_COLUMNS}, {PACK_COLUMNS} FROM ranked AS r
JOIN item AS i ON i.pack_id = r.pack_id AND i.id = r.id JOIN pack AS p ON p.id = i.pack_id
WHERE r.place <= 2 ORDER BY r.place, p.installed_order DESC LIMIT ?1
"""
"""The first two of every course that came last: one of each before the second of any."""

FOUND_COUNT = "SELECT COUNT(*) FROM item_words WHERE item_words MATCH ?"

FOUND = """
SELECT pack_id, item_id FROM item_words WHERE item_words MATCH ? AND rank MATCH 'bm25(8.0, 1.0, 0.0)'
ORDER BY rank LIMIT ?
"""
"""Best first; only as many as are shown are sorted."""

SERVED_FILE = """
SELECT f.role, i.title, i.teacher_only FROM file AS f JOIN shown_item AS i ON i.pack_id = f.pack_id AND i.id = f.item_id
WHERE f.sha256 = ? AND f.ext = ? AND f.role IN (SELECT value FROM json_each(?)) AND i.teacher_only <= ?
ORDER BY i.teacher_only, f.role = 'document' DESC LIMIT 1
"""


def _narrowed(query: str, *conditions: str) -> str:
    """The query with conditions more, before its last ORDER BY."""
    before, _order, rest = query.rpartition("ORDER BY")
    return " AND ".join((before, *conditions)) + f" ORDER BY{rest}"


_PACK_SEEN = "p.id NOT IN (SELECT value FROM json_each(?))"
_ITEM_SEEN = "i.id NOT IN (SELECT value FROM json_each(?))"
_WORDS_SEEN = "pack_id NOT IN (SELECT value FROM json_each(?)) AND item_id NOT IN (SELECT value FROM json_each(?))"

TAILORED_PACKS = f"""
SELECT {PACK_COLUMNS} FROM shown_pack AS p WHERE (p.items > 0 OR p.publisher NOT LIKE 'box-%') AND {_PACK_SEEN}
"""
"""As `PACKS`, for a reader from whom something is hidden: JSON lists of ids come last. So do those below."""
TAILORED_PACK = f"{PACK} AND {_PACK_SEEN}"
TAILORED_OUTLINE = _narrowed(OUTLINE, _ITEM_SEEN)
TAILORED_ENTRIES = _narrowed(ENTRIES, _PACK_SEEN, _ITEM_SEEN)
TAILORED_NEWEST = NEWEST.replace(
    "FROM shown_pack ORDER", "FROM shown_pack WHERE id NOT IN (SELECT value FROM json_each(?2)) ORDER"
).replace("teacher_only = 0", "teacher_only = 0 AND id NOT IN (SELECT value FROM json_each(?3))")
TAILORED_FOUND_COUNT = f"{FOUND_COUNT} AND {_WORDS_SEEN}"
TAILORED_FOUND = _narrowed(FOUND, _WORDS_SEEN)
TAILORED_SERVED_FILE = _narrowed(
    SERVED_FILE,
    "(i.id IN (SELECT value FROM json_each(?)) OR (i.pack_id NOT IN (SELECT value FROM json_each(?)) "
    "AND i.id NOT IN (SELECT value FROM json_each(?))))",
)
