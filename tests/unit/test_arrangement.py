"""What a try asks and in which order: the same every time, fair, and never giving an answer away."""

from collections import Counter

from content_packs.quiz import Choice, Gap, Question, Quiz
from schoolbox.services.arrangement import drawn, laid_out, practised

SEEDS = [f"seed-{number}" for number in range(300)]


def choices(*ids: str) -> tuple[Choice, ...]:
    return tuple(Choice(each, {"sq": each}) for each in ids)


def question(question_id: str, pool: str | None = None) -> Question:
    return Question(question_id, "single", {"sq": "?"}, ("a",), choices("a", "b", "c"), pool=pool)


def quiz(*questions: Question, **fields: object) -> Quiz:
    return Quiz(1, questions, **fields)  # type: ignore[arg-type]


def ids(questions: tuple[Question, ...] | tuple[Choice, ...]) -> list[str]:
    return [each.id for each in questions]


POOLS = quiz(
    question("first"), *(question(f"a{n}", "a") for n in range(5)), *(question(f"b{n}", "b") for n in range(4)),
    draw={"a": 2, "b": 1},
)  # fmt: skip


def test_without_pools_and_shuffling_a_quiz_is_as_its_author_wrote_it() -> None:
    plain = quiz(*(question(f"q{n}") for n in range(9)))
    assert all(drawn(plain, seed) == plain.questions for seed in SEEDS[:20])
    assert laid_out(plain, plain.questions[0], "x") == plain.questions[0]


def test_an_arrangement_is_the_same_for_ever() -> None:
    shuffled = quiz(*(question(f"q{n}") for n in range(6)), shuffle_questions=True, shuffle_choices=True)
    assert ids(drawn(shuffled, "0190-seed")) == ["q5", "q3", "q4", "q2", "q0", "q1"]
    assert ids(laid_out(shuffled, shuffled.questions[0], "0190-seed").choices) == ["b", "a", "c"]


def test_so_many_of_each_pool_are_drawn_and_what_has_no_pool_is_always_asked() -> None:
    for seed in SEEDS:
        asked = ids(drawn(POOLS, seed))
        assert len(asked) == len(set(asked)) == POOLS.asked
        assert Counter(each[0] for each in asked) == {"f": 1, "a": 2, "b": 1}


def test_every_question_of_a_pool_is_drawn_about_as_often() -> None:
    counts = Counter(each for seed in SEEDS for each in ids(drawn(POOLS, seed)))
    assert all(80 <= counts[f"a{n}"] <= 160 for n in range(5))


def test_shuffled_questions_are_the_same_questions_in_many_orders() -> None:
    shuffled = quiz(*(question(f"q{n}") for n in range(5)), shuffle_questions=True)
    orders = {tuple(ids(drawn(shuffled, seed))) for seed in SEEDS}
    assert all(sorted(order) == ids(shuffled.questions) for order in orders)
    assert len(orders) > 80


def test_things_to_order_are_never_shown_in_the_right_order() -> None:
    for count in range(2, 6):
        names = tuple("abcdef"[:count])
        order = Question("o", "order", {"sq": "?"}, names, choices(*names))
        shown = {tuple(ids(laid_out(quiz(order), order, seed).choices)) for seed in SEEDS}
        assert names not in shown
        assert all(sorted(each) == list(names) for each in shown)


def test_the_targets_of_a_match_stand_in_an_order_of_their_own() -> None:
    match = Question(
        "m", "match", {"sq": "?"}, ("a=x", "b=y", "c=z"), choices("a", "b", "c"), targets=choices("x", "y", "z")
    )
    shown = Counter(tuple(ids(laid_out(quiz(match), match, seed).targets)) for seed in SEEDS)
    assert len(shown) == 6
    assert all(ids(laid_out(quiz(match), match, seed).choices) == ["a", "b", "c"] for seed in SEEDS)


def test_choices_and_those_of_gaps_are_shuffled_only_where_the_quiz_says_so() -> None:
    gaps = Question("g", "gaps", {"sq": "[[l]]"}, gaps=(Gap("l", ("a",), choices("a", "b", "c")),))
    for shuffles in (False, True):
        of = quiz(gaps, question("q"), shuffle_choices=shuffles)
        in_gap = {tuple(ids(laid_out(of, gaps, seed).gaps[0].choices)) for seed in SEEDS}
        chosen = {tuple(ids(laid_out(of, of.questions[1], seed).choices)) for seed in SEEDS}
        assert len(in_gap) == len(chosen) == (6 if shuffles else 1)


def test_laying_out_changes_the_order_and_nothing_else() -> None:
    of = quiz(question("q"), shuffle_choices=True)
    shown = laid_out(of, of.questions[0], "seed", 3)
    assert sorted(ids(shown.choices)) == ["a", "b", "c"]
    assert (shown.id, shown.correct, shown.prompt) == ("q", ("a",), {"sq": "?"})
    assert of.questions[0] == question("q")


PRACTICE = quiz(*(question(f"q{n}") for n in range(6)), mode="practice")


def test_a_practice_asks_no_question_twice_within_three_turns() -> None:
    lately: list[tuple[str, bool]] = []
    for turn in range(1, 200):
        asked = practised(PRACTICE, "seed", lately, turn).id
        assert asked not in {each for each, _ in lately[-3:]}
        lately.append((asked, turn % 2 == 0))
    assert {each for each, _ in lately} == set(ids(PRACTICE.questions))


def test_a_practice_asks_more_often_what_was_not_right() -> None:
    counts: Counter[str] = Counter()
    for seed in SEEDS[:40]:
        lately: list[tuple[str, bool]] = []
        for turn in range(1, 40):
            asked = practised(PRACTICE, seed, lately, turn).id
            counts[asked] += 1
            lately.append((asked, asked != "q0"))
    assert counts["q0"] > 1.2 * max(counts[f"q{n}"] for n in range(1, 6))


def test_a_practice_of_one_or_two_questions_goes_on() -> None:
    one, two = quiz(question("a"), mode="practice"), quiz(question("a"), question("b"), mode="practice")
    assert practised(one, "s", [("a", True)] * 9, 10).id == "a"
    assert practised(two, "s", [("a", True)], 2).id == "b"
    assert practised(two, "s", [("a", True), ("b", False)], 3).id == "a"
