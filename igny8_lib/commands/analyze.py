"""`igny8 analyze`: how well an article does that stands in a file."""

from __future__ import annotations

import sys
from bisect import bisect_right
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group

from igny8_lib.analysis.analyse import analyse
from igny8_lib.analysis.encoding import decode
from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.page import Page, read_page
from igny8_lib.analysis.results import Analysis, Check, Weights
from igny8_lib.analysis.weakest import weakest
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.text.html_policy import LANGUAGE_TAG

MOST_BYTES = 10 * 1024 * 1024
STANDARD_INPUT = "-"
MOST_LINES = 3


def analyze(
    file: Annotated[Path, typer.Argument(help="A file of HTML, a fragment or a whole page; - reads the input.")],
    language: Annotated[str | None, typer.Option(help="The text's language, en or pt-BR; else the page's own.")] = None,
    keyphrase: Annotated[str, typer.Option(help="What people search for when this is their answer.")] = "",
    secondary: Annotated[list[str] | None, typer.Option(help="A secondary keyword; once for each.")] = None,
    title: Annotated[str | None, typer.Option(help="The article's title; else the page's.")] = None,
    slug: Annotated[str | None, typer.Option(help="Its address; else the page's.")] = None,
    meta_title: Annotated[str | None, typer.Option(help="The title in search results; else the page's.")] = None,
    meta_description: Annotated[str | None, typer.Option(help="The text in search results; else the page's.")] = None,
    host: Annotated[list[str] | None, typer.Option(help="A host of the website; links to it are internal.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check how an article will rank and read; what to mend first comes first.

    Example: igny8 analyze article.html --language en --keyphrase "smoke alarm" --meta-title "Smoke alarms: a guide"
    """
    page = read_page(read_file(file))
    facts = Facts(
        language=checked_language(language or page.language),
        title=given(title, page.title),
        slug=given(slug, page.slug),
        meta_title=given(meta_title, page.meta_title),
        meta_description=given(meta_description, page.meta_description),
        primary_keyword=keyphrase,
        secondary_keywords=tuple(secondary or ()),
        hosts=frozenset({*(host or ()), *([page.host] if page.host else [])}),
    )
    analysis = analyse(page.html, facts)
    show(document_of(file, facts, analysis), as_json=as_json, text=lambda: view(page, facts, analysis))


def given(option: str | None, found: str | None) -> str | None:
    """What was typed, else what the page says."""
    return found if option is None else option


def read_file(file: Path) -> str:
    """The file's text. Raises InvalidInput for what is empty, too large or no text; OSError where there is none."""
    if str(file) == STANDARD_INPUT:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"Nothing was analysed: {file} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    if not content.strip():
        raise InvalidInput(f"Nothing was analysed: {file} is empty.")
    try:
        return decode(content)
    except InvalidInput as error:
        raise InvalidInput(f"Nothing was analysed: {file} cannot be read: {error}.") from None


def checked_language(language: str | None) -> str:
    """The language. Raises InvalidInput where none is known, or it is no language's code."""
    if language is None:
        raise InvalidInput("In which language is the text? The file does not say, so name it: --language en.")
    if not LANGUAGE_TAG.fullmatch(language):
        raise InvalidInput(f"{language!r} is no code of a language: en, de or pt-BR would be.")
    return language


def document_of(file: Path, facts: Facts, analysis: Analysis) -> dict[str, Any]:
    """The analysis as JSON; places are offsets of characters in the file's text."""
    weights = Weights()
    return {
        "file": str(file).encode("utf-8", "backslashreplace").decode(),
        "title": facts.title,
        "keyphrase": facts.primary_keyword,
        "overall": analysis.overall(weights),
        **analysis.as_document(),
        "weakest": [check.name for check in weakest(analysis, weights)],
    }


def view(page: Page, facts: Facts, analysis: Analysis) -> object:
    """The scores, the checks with what to mend first on top, and what was not measured."""
    weights = Weights()
    first = weakest(analysis, weights)
    ordered = [*first, *(check for check in analysis.checks if check not in first)]
    lines = [0, *(at + 1 for at, character in enumerate(page.html) if character == "\n")]
    rows = [(check.points, check.part.value, check.sentence, lines_of(check, lines)) for check in ordered]
    title = (
        f"{facts.title or 'The text'}: {analysis.overall(weights)} of 100 (SEO {analysis.seo}, "
        f"readability {analysis.readability}, engagement {analysis.engagement})"
    )
    shown = table([">points", "?part", "what to mend first", "?lines"], rows, title=title)
    return Group(shown, *(f"Not measured: {sentence}" for sentence in analysis.not_measured))


def lines_of(check: Check, lines: list[int]) -> str:
    """The lines of the file that a check points at, the first few of them."""
    found = sorted({bisect_right(lines, place.start) for place in check.places})
    more = f" +{len(found) - MOST_LINES}" if len(found) > MOST_LINES else ""
    return ", ".join(map(str, found[:MOST_LINES])) + more
