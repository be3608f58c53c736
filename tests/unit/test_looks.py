"""The style sheet and the scripts keep to what Chrome 61, Firefox 60 and Safari 11 understand, and stay light."""

import gzip
import re
from pathlib import Path

import pytest

from sync.web_assets import asset_path

SCRIPTS = sorted((Path(__file__).parents[2] / "schoolbox" / "static").glob("*.js"))
SHEET = asset_path("schoolbox.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
CSS_BYTES_MAX = 14 * 1024
TOO_NEW_FOR_SCRIPTS = (
    r"\?\.[a-zA-Z([]", r"\?\?", r"(?:\|\||&&)=", r"\basync\b", r"\bawait\b", r"catch \{", r"\{\s*\.\.\.",
    r"#[a-z]\w*\s*[=(;]",
    r"\bimport\(", r"\.(?:flat|flatMap|replaceAll|matchAll|fromEntries|allSettled|finally|at)\(", r"\bstatic\b",
    r"\b(?:globalThis|BigInt|AbortController|ResizeObserver|IntersectionObserver|PointerEvent|queueMicrotask)\b",
    r"pointer(?:down|up|move)", r"\d_\d", r"\(\?<",
)  # fmt: skip
TOO_NEW_FOR_STYLE = (
    r"(?<!grid-)(?<!row-)(?<!column-)\bgap\s*:", r"aspect-ratio\s*:", r"(?:^|[;{\s])inset\s*:", r":has\(", r":is\(",
    r":where\(",
    r"\b(?:clamp|min|max)\(", r"@container", r"@layer", r"\d[sld]v[hw]\b", r"color-mix\(",
    r"\bplace-(?:items|content|self)\s*:",
)  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.name))
def test_scripts_use_nothing_that_old_browsers_cannot_read(script: Path) -> None:
    source = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [match[0] for pattern in TOO_NEW_FOR_SCRIPTS for match in re.finditer(pattern, source)]
    assert found == []


def test_the_style_uses_nothing_that_old_browsers_lack() -> None:
    found = [match[0] for pattern in TOO_NEW_FOR_STYLE for match in re.finditer(pattern, RULES, re.MULTILINE)]
    assert found == []


def test_the_style_sheet_is_light() -> None:
    assert len(gzip.compress(SHEET.encode(), 9)) < CSS_BYTES_MAX


def test_dark_is_the_same_by_choice_and_by_device() -> None:
    [chosen] = re.findall(r"^\[data-theme=dark\] \{(.*?)\}", RULES, re.DOTALL | re.MULTILINE)
    [followed] = re.findall(r"^\s+:root:not\(\[data-theme\]\) \{(.*?)\}", RULES, re.DOTALL | re.MULTILINE)
    assert tokens(chosen) == tokens(followed)
    [light] = re.findall(r"^:root, \[data-theme=light\] \{(.*?)\}", RULES, re.DOTALL | re.MULTILINE)
    assert tokens(light).keys() == tokens(chosen).keys()


def test_a_logical_margin_has_its_line_for_browsers_that_know_none() -> None:
    modern, _, old = RULES.partition("@supports not (margin-inline-start: 0)")
    rules = re.findall(r"([^{}]+)\{[^{}]*?(?:margin|padding|border)-inline-(?:start|end)[^{}]*\}", modern)
    selectors = [one.strip() for rule in rules for one in rule.split(",")]
    assert selectors
    assert [selector for selector in selectors if selector not in old] == []


def tokens(block: str) -> dict[str, str]:
    """The declarations of a block by their names."""
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+|color-scheme)\s*:\s*([^;]+)", block)}
