"""Browser tests wait before they read: whatever leads to another page is followed by a look for what only that one has.

Each function is read from top to bottom, branches and loops as they stand. A click, tap or key on a page makes it
"moving", and so does a function that ends with one; `expect`, `wait_for_...`, `expect_...` around it and opening an
address let it rest. While it moves, nothing may be read that does not wait by itself, and no address be opened: the
form might not have been sent. What nobody sees wrong is a wait for something that the old page has as well.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "browser"
LEADING = {"click", "tap", "dblclick", "press"}
OPENING = {"goto", "reload", "go_back"}
READING = {
    "all", "all_inner_texts", "all_text_contents", "bounding_box", "content", "count", "eval_on_selector_all",
    "evaluate", "get_attribute", "inner_text", "input_value", "is_checked", "is_disabled", "is_enabled", "is_hidden",
    "is_visible", "text_content", "title",
}  # fmt: skip
MEANT = {"reading.py: page.evaluate", "test_uploads.py: laptop.reload"}
"""What a video tells that was touched, and a page that is left in the middle of what its script does."""


def first_name(node: ast.AST) -> str:
    """Give the variable that a chain of calls begins with: `page` of `page.locator("a").first.click()`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


class Reader:
    """What one function does to pages, in the order of its text."""

    def __init__(self, function: ast.FunctionDef, ends: dict[str, bool]) -> None:
        self._ends = ends
        self._page_of: dict[str, str] = {}
        self.found: list[tuple[int, str]] = []
        self.moving: dict[str, bool] = {}
        """Of each page that something was done to: whether it may be on its way to another address."""
        for statement in function.body:
            self._statement(statement)

    def _statement(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef):
            return
        waited = [item.context_expr for item in node.items] if isinstance(node, ast.With) else []
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child)
            else:
                self._statement(child)
        for each in waited:
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and "expect_" in each.func.attr:
                self.moving[self._page(each)] = False
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_locator(node.value):
            self._page_of[node.targets[0].id] = self._page(node.value)

    def _expression(self, node: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            return
        for child in ast.iter_child_nodes(node):
            self._expression(child)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            self._method(node, node.func.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self._function(node, node.func.id)

    def _method(self, node: ast.Call, name: str) -> None:
        page = self._page(node)
        if first_name(node) == "expect":
            self.moving[self._page(_expected(node))] = False
        elif name in OPENING | READING:
            self._must_rest(node, page)
            self.moving[page] = self.moving.get(page, False) and name in READING
        elif name in LEADING:
            self.moving[page] = True
        elif name.startswith("wait_for_") and name not in ("wait_for_load_state", "wait_for_timeout"):
            self.moving[page] = False

    def _function(self, node: ast.Call, name: str) -> None:
        if name == "eventually":
            self.moving = dict.fromkeys(self.moving, False)
        for argument in node.args[:1]:
            page = self._page(argument)
            if name == "fits":
                self._must_rest(node, page)
            elif name in self._ends:
                self.moving[page] = self._ends[name]

    def _must_rest(self, node: ast.Call, page: str) -> None:
        if self.moving.get(page):
            self.found.append((node.lineno, ast.unparse(node.func)))

    def _page(self, node: ast.AST) -> str:
        name = first_name(node)
        return self._page_of.get(name, name)


def _expected(node: ast.AST) -> ast.AST:
    """Give what stands in `expect(...)`, which a chain begins with."""
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name))
    return next(each.args[0] for each in calls if ast.unparse(each.func) == "expect")


def _is_locator(node: ast.AST) -> bool:
    return any(name in ast.unparse(node) for name in (".get_by_", ".locator("))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def unread(sources: dict[str, str]) -> list[str]:
    """Name each place where a page is read that may be on its way."""
    trees = {name: ast.parse(source) for name, source in sources.items()}
    ends: dict[str, bool] = {}
    for _ in range(3):  # functions that call functions that click
        for function in (each for tree in trees.values() for each in functions(tree)):
            page = next((argument.arg for argument in function.args.args), "")
            moving = Reader(function, ends).moving
            if page in moving and function.name != "fits":
                ends[function.name] = moving[page]
    places = [
        (name, line, what)
        for name, tree in trees.items()
        for function in functions(tree)
        for line, what in Reader(function, ends).found
    ]
    return [f"{name}:{line}: {what}" for name, line, what in places if f"{name}: {what}" not in MEANT]


def test_no_browser_test_reads_a_page_that_may_be_on_its_way() -> None:
    assert unread({path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}) == []


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("page.locator('a').click(); page.locator('h1').inner_text()", 1),
        ("page.locator('a').click(); expect(page.locator('h1')).to_be_visible(); page.locator('h1').inner_text()", 0),
        ("rows = page.get_by_role('row'); page.locator('a').tap(); rows.count()", 1),
        ("sign_in(page); page.goto('/')", 1),
        ("sign_in(page); page.wait_for_url('/x'); page.goto('/')", 0),
        ("page.locator('a').click(); other.title()", 0),
        ("page.locator('a').tap(); page.wait_for_load_state(); assert fits(page)", 1),
    ],
)
def test_what_is_read_too_early_is_found(body: str, places: int) -> None:
    helper = "def sign_in(page):\n    page.goto('/sign-in'); page.locator('button').click()\n"
    assert len(unread({"a.py": f"{helper}def test_a(page, other):\n    {body}\n"})) == places
