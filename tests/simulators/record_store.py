"""A plain xAPI program: statements as another system would send them, and the shortest ways to send and find them."""

import uuid

import httpx

JsonDict = dict[str, object]
VERSION = "X-Experience-API-Version"


def statement(**changes: object) -> JsonDict:
    """A statement by somebody new; `changes` take the place of its parts."""
    return {
        "id": str(uuid.uuid4()),
        "actor": {"mbox": f"mailto:{uuid.uuid4().hex}@example.org"},
        "verb": {"id": "http://example.org/verbs/tried", "display": {"en": "tried"}},
        "object": {"id": "http://example.org/activities/1"},
        **changes,
    }


def about(target: object, **changes: object) -> JsonDict:
    """A statement about another one."""
    return statement(object={"objectType": "StatementRef", "id": target}, **changes)


def post(lrs: httpx.Client, *statements: object) -> httpx.Response:
    return lrs.post("/xapi/statements", json=list(statements))


def found(lrs: httpx.Client, **params: str) -> list[str]:
    """The ids of the statements a question finds."""
    answer = lrs.get("/xapi/statements", params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["statements"]]


def one(lrs: httpx.Client, statement_id: object, **params: str) -> JsonDict:
    """One statement by its id."""
    answer = lrs.get("/xapi/statements", params={"statementId": str(statement_id), **params})
    assert answer.status_code == 200, answer.text
    read: JsonDict = answer.json()
    return read
