"""`igny8 keywords`: importing exports and looking at what a site has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from igny8_lib.commands import refusals
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.columns import SIGNS
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, complaints, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.models import KeywordStatus
from igny8_lib.planner import edit_keywords
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.keyword_export import csv_blocks
from igny8_lib.planner.listing import KeywordFilter, KeywordOrder, ListedKeyword, count_keywords, list_keywords
from igny8_lib.planner.naming import NamedColumns
from igny8_lib.planner.recognition import ReadOptions
from igny8_lib.planner.report import ColumnUse, ImportProgress, ImportReport, ReportProgress
from igny8_lib.planner.rows import shorten
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Keywords: import exports and list.", no_args_is_help=True)

SiteOption = Annotated[str, typer.Option("--site", help="Slug of the site, where it does not stand in front.")]

SHOWN_REFUSALS = 20
SHOWN_COLUMNS = 12


@app.command("import")
def import_(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="SITE FILE",
            help="Slug of the site, and an export of Keyword Planner, Google Ads, Search Console, Ahrefs, Semrush or "
            "another tool, or a list: text, .xlsx, .zip or .gz.",
        ),
    ],
    site: SiteOption = "",
    sector: Annotated[str, typer.Option(help="Label for the keywords of this file that have none.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    keyword_column: Annotated[str, typer.Option(help="Heading or number of the column with the keywords.")] = "",
    volume_column: Annotated[str, typer.Option(help="Heading or number of the column with the monthly searches.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="Another measure's column, as in difficulty=KD; can be repeated.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="Encoding of the text, where it is told wrong: cp949, cp950, …")] = "",
    table_name: Annotated[str, typer.Option("--table", help="Sheet, or file in an archive, with the keywords.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Import a keyword export into a site; the format is told by the content."""
    slug, file = site_and_file(targets, site)
    named = NamedColumns(keyword_column, measures_by_name(volume_column, column or []))
    options = ReadOptions(encoding=encoding, columns=named, table=table_name)
    with progress_bar(file.name) as progress, open_sessions().begin() as session:
        site_id = site_by_slug(session, slug).id
        report = import_keywords(
            session, site_id, file, sector=sector, dry_run=dry_run, options=options, progress=progress
        )
    show(report.as_json(), as_json=as_json, text=lambda: text_of(report, file.name, dry_run=dry_run))


def site_and_file(targets: Sequence[str], site: str) -> tuple[str, Path]:
    """Which site and which file are meant. Raises InvalidInput where one is missing."""
    expected = ("FILE",) if site else ("SITE", "FILE")
    if len(targets) != len(expected):
        raise InvalidInput("Name the site and one file: igny8 keywords import SITE FILE")
    return site or targets[0], Path(targets[-1])


def measures_by_name(volume: str, others: Sequence[str]) -> dict[str, str]:
    """The columns by their measures. Raises InvalidInput for what is not written as MEASURE=COLUMN."""
    found = {"volume": volume} if volume else {}
    for each in others:
        measure, sign, column = each.partition("=")
        if not sign or not column.strip():
            raise InvalidInput(f"--column {each!r} is not written as in difficulty=KD.")
        found[measure.strip()] = column.strip()
    return found


class RateColumn(ProgressColumn):
    """Rows read in a second."""

    def render(self, task: Task) -> Text:
        """The rate so far; nothing before the first rows."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "")


@contextmanager
def progress_bar(name: str) -> Iterator[ReportProgress]:
    """A bar on stderr while a file is read, where somebody can see it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=complaints, transient=True, disable=not complaints.is_terminal) as bar:
        task = bar.add_task(f"Importing {name}", total=None)

        def progress(done: ImportProgress) -> None:
            bar.update(task, completed=done.read, total=done.rows or None)

        yield progress


def text_of(report: ImportReport, name: str, *, dry_run: bool) -> Group:
    """The report for people; the refused rows as a table, where there are any."""
    verb = "would be " if dry_run else ""
    summary = (
        f"{name} ({report.format}, {report.encoding}): {report.read:,} rows read, {report.added:,} {verb}added, "
        f"{report.merged:,} {verb}merged as duplicates, {len(report.refused):,} refused."
    )
    lines = [summary, *column_lines(report.columns)]
    if report.tables_left_out:
        lines.append(f"Read was {report.table}; left out: {', '.join(report.tables_left_out)}.")
    parts: list[Text | Table] = [Text(line) for line in lines]
    if report.refused:
        shown = [(refusal.line, refusal.reason, refusal.text) for refusal in report.refused[:SHOWN_REFUSALS]]
        parts.append(table((">line", "reason", "text"), shown))
    if (more := len(report.refused) - SHOWN_REFUSALS) > 0:
        parts.append(Text(f"… and {more:,} more (--json)."))
    return Group(*parts)


def column_lines(columns: Sequence[ColumnUse]) -> list[str]:
    """Which columns of a table became what, and which were left out; nothing for a list."""
    if len(columns) < 2:
        return []
    used = [f"{column_name(column)} = {column.used_as}" for column in columns if column.used_as]
    unused = [column_name(column) for column in columns if not column.used_as]
    lines = [f"Columns read: {', '.join(used)}."]
    if unused:
        more = f" and {len(unused) - SHOWN_COLUMNS} more" if len(unused) > SHOWN_COLUMNS else ""
        lines.append(f"Columns left out: {', '.join(unused[:SHOWN_COLUMNS])}{more}.")
    return lines


def column_name(column: ColumnUse) -> str:
    """A column's heading, or its number where it has none."""
    return column.heading or f"column {column.number}"


@app.command("list")
def list_(
    target: Annotated[str, typer.Argument(metavar="SITE", help="Slug of the site.", show_default=False)] = "",
    site: SiteOption = "",
    status: Annotated[KeywordStatus | None, typer.Option(help="Only keywords of this status.")] = None,
    refused: refusals.RefusedOption = False,
    sort: Annotated[
        KeywordOrder, typer.Option(help="Opportunity and volume from the highest; id is oldest first.")
    ] = KeywordOrder.ID,
    limit: Annotated[int, typer.Option(min=0, help="At most so many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List a site's keywords.

    Example: igny8 keywords list blog --sort opportunity --limit 20
    """
    slug = target or site
    if not slug or (target and site and target != site):
        raise InvalidInput("Name one site: igny8 keywords list SITE")
    with open_sessions()() as session:
        site_id = site_by_slug(session, slug).id
        found = list_keywords(session, site_id, KeywordFilter(status=status, refused=refused), order=sort, limit=limit)
    documents = [
        asdict(keyword)
        | {"opportunity": keyword.opportunity}
        | {measure: as_number(getattr(keyword, measure)) for measure in ("difficulty", "cpc", "position")}
        for keyword in found
    ]
    show(documents, as_json=as_json, text=lambda: keyword_table(found))


COLUMNS = (
    *(
        ">id",
        "~text",
        ">volume",
        "?>impressions",
        "?>clicks",
        "?>position",
        "?>difficulty",
        "?>cpc",
        ">opportunity",
        "?intent",
    ),
    *("?~parent_keyword", "status", "?~cluster", "?~sector", "refused_reason"),
)


def keyword_table(keywords: Sequence[ListedKeyword]) -> Table:
    """The keywords with the measures that any of them has."""
    known = [name for name in COLUMNS if any(getattr(keyword, name.lstrip(SIGNS)) is not None for keyword in keywords)]
    return table(known, ([getattr(keyword, name.lstrip(SIGNS)) for name in known] for keyword in keywords))


def as_number(amount: object) -> float | None:
    """A measure of two decimals as a JSON number."""
    return None if amount is None else float(str(amount))


SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
IdArguments = Annotated[list[int], typer.Argument(metavar="ID...", min=1, max=HIGHEST_ID, help="Ids, as `list` shows.")]


@app.command("disable")
def disable(site: SiteArgument, ids: IdArguments, as_json: JsonOption = False) -> None:
    """Let no run take these keywords.

    Example: igny8 keywords disable blog 3 7 9
    """
    change(site, ids, "disabled", partial(edit_keywords.set_disabled, disabled=True), as_json=as_json)


@app.command("enable")
def enable(site: SiteArgument, ids: IdArguments, as_json: JsonOption = False) -> None:
    """Let runs take disabled keywords again.

    Example: igny8 keywords enable blog 3 7 9
    """
    change(site, ids, "enabled", partial(edit_keywords.set_disabled, disabled=False), as_json=as_json)


@app.command("delete")
def delete(site: SiteArgument, ids: IdArguments, as_json: JsonOption = False) -> None:
    """Delete keywords for good; their clusters, ideas and articles stay.

    Example: igny8 keywords delete blog 3 7 9
    """
    change(site, ids, "deleted", edit_keywords.delete, as_json=as_json)


def change(
    site: str, ids: Sequence[int], what: str, do: Callable[[Session, int, Sequence[int]], int], *, as_json: bool
) -> None:
    """Do it to all of the keywords in one transaction, or to none, and say how many it changed."""
    with open_sessions().begin() as session:
        number = do(session, site_by_slug(session, site).id, ids)
    show({what: number}, as_json=as_json, text=lambda: f"{number:,} keywords {what}.")


@app.command("export")
def export(
    site: SiteArgument,
    file: Annotated[Path, typer.Argument(help="Where to; a file that is there is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Write a site's keywords as CSV, which `import` reads back.

    Example: igny8 keywords export blog keywords.csv
    """
    sessions = open_sessions()
    with sessions() as session:
        site_id = site_by_slug(session, site).id
        number = count_keywords(session, site_id)
    try:
        with file.open("w", encoding="utf-8", newline="") as csv:
            csv.writelines(csv_blocks(sessions, site_id))
    except OSError as error:
        raise InvalidInput(f"{shorten(str(file))} cannot be written: {error.strerror or error}.") from error
    show({"exported": number, "file": str(file)}, as_json=as_json, text=lambda: f"{number:,} keywords in {file}.")


refusals.add_retry(app, 1, "Let runs take keywords again that the AI provider refused.")
