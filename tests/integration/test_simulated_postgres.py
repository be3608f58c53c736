"""The PostgreSQL of the tests is a real one: it orders by bytes, keeps databases apart, and outlives a crash."""

from tests.simulators.postgres import Postgres


def test_texts_are_ordered_by_their_bytes_whatever_the_language_of_the_machine(postgres: Postgres) -> None:
    reached = postgres.database()
    ordered = postgres.ask(reached, "SELECT v FROM (VALUES ('b'), ('ç'), ('B'), ('a')) AS t(v) ORDER BY v")
    assert ordered == [["B"], ["a"], ["b"], ["ç"]]


def test_each_database_is_fresh(postgres: Postgres) -> None:
    first = postgres.database()
    postgres.ask(first, "CREATE TABLE kept (id bigint)")
    second = postgres.database()
    assert postgres.ask(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'") == [["0"]]
    postgres.drop(first)
    asked = f"SELECT count(*) FROM pg_database WHERE datname = '{postgres.name_of(first)}'"
    assert postgres.ask(second, asked) == [["0"]]


def test_what_was_committed_is_there_after_a_crash(postgres: Postgres) -> None:
    reached = postgres.database()
    postgres.ask(reached, "CREATE TABLE kept (id bigint); INSERT INTO kept VALUES (7)")
    postgres.crash()
    postgres.start()
    assert postgres.ask(reached, "SELECT id FROM kept") == [["7"]]
