"""A quiz with a question of every kind, and what a pupil does on its pages: what stands there, by its places.

    fill(page, "rendit", ["1/4", "1/3", "1/2"])      # the fields of a form that brings them in this order
"""

import html
import re

FRACTION = re.compile(r'<span class="frac"[^>]*><span[^>]*>([^<]*)</span><span[^>]*>([^<]*)</span></span>')
KINDS: list[dict[str, object]] = [
    {
        "id": "nje", "type": "single", "prompt": {"sq": "Cila është më e madhe?"}, "correct": ["drejt"],
        "choices": [{"id": "drejt", "text": {"sq": "{1/2}"}},
                    {"id": "gabim", "text": {"sq": "{1/3}"}, "feedback": {"sq": "Tri pjesë janë më të vogla."}}],
        "hints": [{"sq": "Vizato dy torta."}, {"sq": "Ndaji në pjesë."}], "feedback": {"sq": "Gjysma fiton."},
        "picture": {"file": "torta", "alt": {"sq": "Një tortë e ndarë në dysh"}},
    },
    {
        "id": "disa", "type": "multiple", "prompt": {"sq": "Cilat janë gjysma?"}, "correct": ["s1", "s2"],
        "choices": [{"id": "s1", "text": {"sq": "{2/4}"}}, {"id": "s2", "text": {"sq": "{3/6}"}},
                    {"id": "j", "text": {"sq": "{1/4}"}}],
    },
    {"id": "vertet", "type": "true_false", "prompt": {"sq": "{7/7} është e plota."}, "correct": ["true"]},
    {"id": "numer", "type": "number", "prompt": {"sq": "Sa është 17 : 4?"}, "correct": ["4.25"]},
    {"id": "fjale", "type": "text", "prompt": {"sq": "Si quhet numri lart?"}, "correct": ["numëruesi"]},
    {
        "id": "rendit", "type": "order", "prompt": {"sq": "Rendit nga më e vogla."},
        "correct": ["pak", "mesi", "shume"],
        "choices": [{"id": "pak", "text": {"sq": "katërta"}}, {"id": "mesi", "text": {"sq": "e treta"}},
                    {"id": "shume", "text": {"sq": "gjysma"},
                     "picture": {"file": "bar", "alt": {"sq": "Një shirit gjysmë i ngjyrosur"}}}],
    },
    {
        "id": "cifte", "type": "match", "prompt": {"sq": "Gjej emrin."}, "correct": ["p=gj", "q=ce"],
        "choices": [{"id": "p", "text": {"sq": "{1/2}"}}, {"id": "q", "text": {"sq": "{1/4}"}}],
        "targets": [{"id": "gj", "text": {"sq": "gjysma"}}, {"id": "ce", "text": {"sq": "çereku"}},
                    {"id": "te", "text": {"sq": "e treta"}, "feedback": {"sq": "E treta është {1/3}."}}],
    },
    {
        "id": "boshe", "type": "gaps", "prompt": {"sq": "Mbi vijë është **[[lart]]**, nën vijë [[posht]]."},
        "gaps": [{"id": "lart", "correct": ["kryefjala"]},
                 {"id": "posht", "correct": ["em"], "choices": [{"id": "em", "text": {"sq": "emëruesi"}},
                                                              {"id": "he", "text": {"sq": "herësi"}}]}],
    },
]  # fmt: skip
RIGHT: dict[str, list[str]] = {
    "nje": ["1/2"], "disa": ["2/4", "3/6"], "vertet": ["E vërtetë"], "numer": ["4,25"], "fjale": [" Numëruesi "],
    "rendit": ["katërta", "e treta", "gjysma"], "cifte": ["gjysma", "çereku"], "boshe": ["Kryefjala", "emëruesi"],
}  # fmt: skip
WRONG: dict[str, list[str]] = {
    "nje": ["1/3"], "disa": ["2/4", "1/4"], "vertet": ["E pavërtetë"], "numer": ["4"], "fjale": ["<i>emëruesi</i>"],
    "rendit": ["gjysma", "e treta", "katërta"], "cifte": ["gjysma", "e treta"], "boshe": ["emri", "herësi"],
}  # fmt: skip
SECRETS = (
    "drejt", "gabim", "kryefjala", '"pak', "shume", "=gj", "Gjysma fiton", "Tri pjesë", "Vizato", "E treta është",
    "is-ok", "correct",
)  # fmt: skip
"""What must be in no page before the answer."""


def question_on(page: str) -> str:
    """Which question a page asks."""
    found = re.search(r'name="question" value="([^"]+)"', page)
    assert found, words_of(page)
    return found[1]


def form_of(page: str) -> dict[str, str | list[str]]:
    """What the hidden fields of the form that answers, or hands in, carry; its mark apart."""
    form = re.split(r'action="[^"]*/(?:answer|hand-in)"', page)[1].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    hidden.pop("csrf_token", None)
    return {name: html.unescape(value) for name, value in hidden.items()}


def fill(page: str, words: list[str]) -> dict[str, str | list[str]]:
    """The fields of the form on a page for an answer given in words, as a pupil reads them."""
    if 'name="gap0"' in page:
        return {f"gap{place}": _in_gap(page, place, word) for place, word in enumerate(words)}
    if "data-order" in page:
        rows = [words_of(row) for row in re.findall(r'<span class="q" id="o\d+">(.*?)</span><select', page, re.DOTALL)]
        return {"answer": [str(next(at for at, word in enumerate(words, 1) if row.endswith(word))) for row in rows]}
    if 'id="m1"' in page:
        return {"answer": [_option(select, word) for select, word in zip(_selects(page), words, strict=True)]}
    if 'id="answer"' in page:
        return {"answer": words}
    lines = re.findall(r'<label class="opt"><input[^>]*value="([^"]+)"[^>]*><span class="q">(.*?)</span></label>', page)
    assert lines, words_of(page)
    return {"answer": [value for value, said in lines if words_of(said) in words]}


def words_of(markup: str) -> str:
    """What is read, fractions as 1/2."""
    text = FRACTION.sub(r"\1/\2", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def _in_gap(page: str, place: int, word: str) -> str:
    select = re.search(rf'<select class="in" name="gap{place}".*?</select>', page)
    return _option(select[0], word) if select else word


def _selects(page: str) -> list[str]:
    return re.findall(r'<select class="in" name="answer".*?</select>', page, re.DOTALL)


def _option(select: str, word: str) -> str:
    options = {said: value for value, said in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', select)}
    return str(options[word])
