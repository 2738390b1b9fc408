"""`igny8 keywords`: importing exports and looking at what a site has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import KeywordStatus
from igny8_lib.planner.importing import ImportReport, import_keywords
from igny8_lib.planner.listing import ListedKeyword, list_keywords
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Keywords: import exports and list.", no_args_is_help=True)

SiteOption = Annotated[str, typer.Option(help="Slug of the site.")]

SHOWN_REFUSALS = 20


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="Export of Keyword Planner, Search Console, Ahrefs, Semrush, or a list.")
    ],
    site: SiteOption,
    sector: Annotated[str, typer.Option(help="Label for the keywords of this file that have none.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a keyword export into a site; the format is told by the content."""
    with open_sessions().begin() as session:
        report = import_keywords(session, site_by_slug(session, site).id, file, sector=sector, dry_run=dry_run)
    show(report.as_json(), as_json=as_json, text=lambda: text_of(report, file.name, dry_run=dry_run))


def text_of(report: ImportReport, name: str, *, dry_run: bool) -> Group | str:
    """The report for people; the refused rows as a table, where there are any."""
    verb = "would be " if dry_run else ""
    summary = (
        f"{name} ({report.format}, {report.encoding}): {report.read:,} rows read, {report.added:,} {verb}added, "
        f"{report.merged:,} {verb}merged as duplicates, {len(report.refused):,} refused."
    )
    if not report.refused:
        return summary
    shown = [(refusal.line, refusal.reason, refusal.text) for refusal in report.refused[:SHOWN_REFUSALS]]
    more = len(report.refused) - len(shown)
    return Group(
        Text(summary), table((">line", "reason", "text"), shown), f"… and {more:,} more (--json)." if more else ""
    )


@app.command("list")
def list_(
    site: SiteOption,
    status: Annotated[KeywordStatus | None, typer.Option(help="Only keywords of this status.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many, oldest first.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List a site's keywords."""
    with open_sessions()() as session:
        found = list_keywords(session, site_by_slug(session, site).id, status=status, limit=limit)
    documents = [
        asdict(keyword) | {measure: as_number(getattr(keyword, measure)) for measure in ("difficulty", "cpc")}
        for keyword in found
    ]
    show(documents, as_json=as_json, text=lambda: keyword_table(found))


COLUMNS = ("text", ">volume", ">impressions", ">difficulty", ">cpc", "intent", "status", "cluster", "sector")


def keyword_table(keywords: Sequence[ListedKeyword]) -> Table:
    """The keywords with the measures that any of them has."""
    known = [name for name in COLUMNS if any(getattr(keyword, name.lstrip(">")) is not None for keyword in keywords)]
    return table(known, ([getattr(keyword, name.lstrip(">")) for name in known] for keyword in keywords))


def as_number(amount: object) -> float | None:
    """A measure of two decimals as a JSON number."""
    return None if amount is None else float(str(amount))
