"""Every text a person sees is in the catalogue, in Chinese and in English, and says the same things (SPEC 9.3)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import kiosk
from kiosk.locale import LANGUAGES

ROOT = Path(kiosk.__file__).parents[1]
FOLDERS = ("kiosk", "screens")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
TEMPLATES = sorted((ROOT / "kiosk/web/templates").glob("*.html"))
TRANSLATED = [language for language in LANGUAGES if language != "zh"]
HANZI = re.compile(r"[\u3400-\u9fff]")

DATA = {
    ROOT / "kiosk/domain/id_documents.py",
    ROOT / "kiosk/domain/patterns.py",
    ROOT / "kiosk/domain/persons.py",
    ROOT / "kiosk/domain/money.py",
    ROOT / "kiosk/domain/numerals.py",
}
"""Tables and rules about Chinese names, documents and numbers; what they name has an English name beside it."""

SAID_AS_THEY_ARE = {
    # Each language is offered in its own words.
    "中文",
    # Nobody has chosen a language on the attract screen, nor may one be known when the program recovers.
    "中国移动 · 自助营业厅",
    "选一个喜欢的号码，今天就能用",
    "触摸屏幕任意位置开始    Touch anywhere to begin",
    "扫描小票查看订单    Scan your receipt to see your order",
    "演示系统 · 号码与价格均为示例    Demonstration – sample data",
    "窗口太小，请放大到 {width}×{height}\n\nPlease enlarge the window to {width}×{height}",
    "请稍候\n\nOne moment, please",
    # What people type or configure, and a sample of characters.
    "市",
    "济南市",
    "移动营业厅",
    "选号入网 138 5317 8888 ▀▄█ ✓ ●",
    "国",
    "\N{CJK UNIFIED IDEOGRAPH-4DAE}",
    "City: Chinese name, with or without 市, or adcode.",
}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls_of_tr(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "tr":
                yield node


def literal(call: ast.Call) -> str | None:
    match call.args:
        case [ast.Constant(value=str(text))]:
            return text
        case _:
            return None


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def catalogue(language: str) -> Catalog:
    with (ROOT / f"kiosk/locale/{language}/LC_MESSAGES/kiosk.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> dict[str, Message]:
    return {str(message.id): message for message in catalogue(language) if message.id}


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """The texts that `make texts` finds."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it untyped
    return {
        str(text)
        for folder in FOLDERS
        for _, _, text, _, _ in extract_from_dir(ROOT / folder, methods, options, keywords={"tr": None})
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_tr_is_given_a_literal_and_the_values_that_it_names(path: Path, collected: set[str]) -> None:
    for call in calls_of_tr(parsed(path)):
        text = literal(call)
        assert text is not None, f"line {call.lineno}: a text must be written where it is translated"
        assert text in collected, f"line {call.lineno}: {text} isn't found by make texts"
        values = {keyword.arg for keyword in call.keywords}
        # Without values a text is a format of its own, filled in later: a countdown's.
        assert not values or values == placeholders(text), f"line {call.lineno}: {text} with {values}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_tr_is_given_a_literal_in_pages_too(path: Path, collected: set[str]) -> None:
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "tr":
            assert isinstance(call.args[0], nodes.Const), f"line {call.lineno}"
            text = str(call.args[0].value)
            assert text in collected, f"line {call.lineno}: {text} isn't found by make texts"
            assert {value.key for value in call.kwargs} == placeholders(text), f"line {call.lineno}: {text}"


@pytest.mark.parametrize("path", [path for path in MODULES if path not in DATA], ids=lambda path: path.name)
def test_no_text_goes_past_the_catalogue(path: Path) -> None:
    tree = parsed(path)
    translated = {id(call.args[0]) for call in calls_of_tr(tree)}
    # A string that stands alone is a docstring.
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    bare = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HANZI.search(node.value)
        if id(node) not in translated | documentation and node.value not in SAID_AS_THEY_ARE
    ]
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_text_of_a_page_goes_past_the_catalogue(path: Path) -> None:
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    written = [data.data for data in tree.find_all(nodes.TemplateData) if HANZI.search(data.data)]
    assert written == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_exactly_the_texts_of_the_program(language: str, collected: set[str]) -> None:
    known = set(messages(language))
    assert sorted(collected - known) == [], "run make texts, and translate"
    assert sorted(known - collected) == [], "run make texts"
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    for text, message in messages(language).items():
        assert message.string, text
        assert not message.fuzzy, text
        assert not HANZI.search(str(message.string)), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_same_values(language: str) -> None:
    for text, message in messages(language).items():
        assert placeholders(str(message.string)) == placeholders(text), text
