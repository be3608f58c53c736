"""Find narrow rows by what a reader asks for, also through what statements say of each other.

A statement that is about another (a StatementRef) is found by what the other one says, however long the chain, and even
if the other one was voided; when it was stored and in which order counts for the statement itself. Source: xAPI 1.0.3
part 3 section 2.1.3, "Filter Conditions for StatementRefs".

    find(db, selection, owner=None)[0]      # (seq, id, batch, line)
"""


import msgspec

from sync import iris
from sync.hub.database import Sql
from sync.hub.lrs.selection import Selection
from sync.hub.lrs.windows import stretches
from sync.hub.terms import find_term

Row = tuple[int, bytes, int, int]
_COLUMNS = "s.seq, s.id, s.batch, s.line"
_NO_TERM = -1
"""No text has this number; 0 is the empty text, which the object of many a statement is."""
_AUTHORITY = f"account:{iris.CREDENTIAL_HOME} "


class _Condition(msgspec.Struct, frozen=True):
    """A condition on one row of `statement`, called `@` in the text, and its values."""

    text: str
    values: tuple[int | bytes | str, ...] = ()


def find(db: Sql, selection: Selection, owner: int | None, *, in_stretches: bool = False) -> list[Row]:
    """Give the rows a selection asks for, in its order, and one more than its limit if there are more.

    With `in_stretches` rows that no index picks out are looked for a stretch of the whole order at a time.
    """
    said = _said(db, selection)
    if said is None:
        return []
    stored = _stored(selection, owner)
    conditions = [*stored, *said]
    if in_stretches and not _is_picked(selection):
        rows = _in_stretches(db, conditions, selection)
    else:
        rows = _select(db, "statement s", conditions, selection)
    if said:
        source = "reference r JOIN statement s ON s.seq = r.seq"
        through = _select(db, source, [*stored, _about(said, owner)], selection)
        merged = {row[0]: row for row in (*rows, *through)}
        rows = sorted(merged.values(), reverse=not selection.ascending)[: selection.limit + 1]
    return rows


def _is_picked(selection: Selection) -> bool:
    """Say whether an index finds the few that can match."""
    by_activity = selection.activity is not None and not selection.related_activities
    by_agent = selection.agent is not None and not selection.related_agents
    return by_activity or by_agent or selection.registration is not None


def _in_stretches(db: Sql, conditions: list[_Condition], selection: Selection) -> list[Row]:
    """Read rows stretch by stretch until there are enough."""
    newest = db.execute("SELECT first_seq + statements FROM batch ORDER BY id DESC LIMIT 1").fetchone()
    low, high = 0, int(newest[0]) if newest else 0
    if selection.cursor is not None:
        low, high = (selection.cursor + 1, high) if selection.ascending else (0, min(high, selection.cursor))
    rows: list[Row] = []
    for begins, ends in stretches(low, high, ascending=selection.ascending):
        within = _Condition("@.seq >= ? AND @.seq < ?", (begins, ends))
        rows += _select(db, "statement s", [*conditions, within], selection)
        if len(rows) > selection.limit:
            break
    return rows[: selection.limit + 1]


def _select(db: Sql, source: str, conditions: list[_Condition], selection: Selection) -> list[Row]:
    """Read rows that fulfil every condition."""
    where = " AND ".join(one.text.replace("@", "s") for one in conditions)
    values = [value for one in conditions for value in one.values]
    order = "ASC" if selection.ascending else "DESC"
    query = f"SELECT {_COLUMNS} FROM {source} WHERE {where} ORDER BY s.seq {order} LIMIT ?"  # noqa: S608  fixed texts, values are bound
    return db.execute(query, (*values, selection.limit + 1)).fetchall()


def _stored(selection: Selection, owner: int | None) -> list[_Condition]:
    """Give the conditions on when and by whom a statement was stored."""
    given: tuple[tuple[str, int | None], ...] = (
        ("@.owner = ?", owner),
        ("@.seq > ?" if selection.ascending else "@.seq < ?", selection.cursor),
        (_FIRST_AFTER.format(">="), selection.since_us),
        (_FIRST_AFTER.format("<"), selection.until_us),
    )
    settled = [_Condition(_SETTLED)] if selection.ascending else []
    asked = [_Condition(text, (value,)) for text, value in given if value is not None]
    return [_Condition("@.voided = 0"), *settled, *asked]


def _said(db: Sql, selection: Selection) -> list[_Condition] | None:
    """Give the conditions on what a statement says; None if a text is unknown to the hub: nothing can match."""
    found: list[_Condition] = []
    if selection.registration is not None:
        found.append(_Condition("@.registration = ?", (selection.registration.bytes,)))
    authority = selection.agent if selection.related_agents and selection.agent else ""
    for text, condition in (
        (selection.verb, "@.verb = ?1"),
        (selection.activity, _MENTIONED if selection.related_activities else "@.object = ?1"),
        (selection.agent, f"(@.actor = ?1 OR {_MENTIONED})" if selection.related_agents else _AGENT),
    ):
        if text is None:
            continue
        term = find_term(db, text)
        if text == authority and text.startswith(_AUTHORITY):
            key = text.removeprefix(_AUTHORITY)
            either = f"({_VOUCHED} OR {condition.replace('?1', '?')})"
            found.append(_Condition(either, (key, *(_NO_TERM if term is None else term,) * condition.count("?1"))))
        elif term is None:
            return None
        else:
            found.append(_Condition(condition.replace("?1", "?"), (term,) * condition.count("?1")))
    return found


def _about(said: list[_Condition], owner: int | None) -> _Condition:
    """Give the condition that a statement is about one that says something, or about one that is about such a one."""
    mine = [] if owner is None else [_Condition("@.owner = ?", (owner,))]
    text = " AND ".join(one.text.replace("@", "t") for one in (*said, *mine))
    values = tuple(value for one in (*said, *mine) for value in one.values)
    return _Condition(_CHAIN.format(text), values)


_FIRST_AFTER = (
    "@.seq {} coalesce((SELECT first_seq FROM batch WHERE stored_us > ? ORDER BY stored_us LIMIT 1),"
    " 9223372036854775807)"
)
_SETTLED = "@.seq < coalesce((SELECT min(first_seq) FROM batch WHERE waits = 1), 9223372036854775807)"
"""Who reads on from the oldest must not pass by a batch whose rows are still to come."""
_MENTIONED = (
    "(@.object = ?1 OR @.scene IN (SELECT n.scene FROM scene_mention n WHERE n.term = ?1)"
    " OR EXISTS (SELECT 1 FROM related m WHERE m.term = ?1 AND m.seq = @.seq))"
)
_AGENT = (
    "(@.actor = ?1 OR @.object = ?1 OR EXISTS"
    " (SELECT 1 FROM related m WHERE m.term = ?1 AND m.seq = @.seq AND m.member = 1))"
)
_VOUCHED = "@.batch IN (SELECT b.id FROM batch b JOIN credential k ON k.id = b.credential WHERE k.key = ?)"
_CHAIN = (
    "EXISTS (WITH RECURSIVE chain(id) AS (SELECT r.target UNION SELECT n.target FROM chain c"
    " JOIN statement x ON x.id = c.id JOIN reference n ON n.seq = x.seq)"
    " SELECT 1 FROM chain c JOIN statement t ON t.id = c.id WHERE {})"
)
