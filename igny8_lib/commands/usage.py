"""`igny8 usage`: what an account used, by operation, stage, site, day, run or article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from igny8_lib.amounts import Credits
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.credits.article_costs import article_costs
from igny8_lib.credits.usage import Grouping, Period, usage_by
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.sites import site_by_slug


class By(StrEnum):
    """The report's rows."""

    OPERATION = "operation"
    STAGE = "stage"
    SITE = "site"
    DAY = "day"
    RUN = "run"
    ARTICLE = "article"


AI_COLUMNS = ["ai_calls", "tokens_in", "tokens_cached", "tokens_out", "provider_cost"]
AI_HEADS = ["?>calls", "?>in", "?>cached", "?>out", ">US$"]
"""As in the table of articles: AI requests, tokens in, of these cached, tokens out, the provider's price."""


def usage(
    account: Annotated[str, typer.Argument(help="The account's slug.")],
    by: Annotated[By, typer.Option(help="What the report has one row for.")] = By.OPERATION,
    site: Annotated[str, typer.Option(help="Only this site (its slug).")] = "",
    since: Annotated[datetime | None, typer.Option(help="From this day or time on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this day or time (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many articles, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Report credits with tokens and provider cost beside them; `article` lists finished articles, of any time.

    Example: igny8 usage agency --by day --site blog --since 2026-05-01
    """
    with open_sessions()() as session:
        account_id = account_by_slug(session, account).id
        site_id = site_by_slug(session, site, account_id=account_id).id if site else None
        rows: Sequence[dict[str, Any]]
        if by is By.ARTICLE:
            rows = [cost.as_json() for cost in article_costs(session, account_id, site_id=site_id, limit=limit)]
        else:
            period = Period(in_utc(since), in_utc(until))
            found = usage_by(session, account_id, Grouping(by), period=period, site_id=site_id)
            rows = [row.as_json() for row in found]
    show(rows, as_json=as_json, text=lambda: article_table(rows) if by is By.ARTICLE else usage_table(by, rows))


def in_utc(moment: datetime | None) -> datetime | None:
    """A time of the command line, which is UTC."""
    return moment.replace(tzinfo=UTC) if moment else None


def usage_table(by: By, rows: Sequence[dict[str, Any]]) -> Table:
    """One line per row, and their sum."""
    columns = ["label", "credits", "entries", *AI_COLUMNS]
    credits_used = Credits.total(Credits.of(str(row["credits"])) for row in rows)
    total = ["total", credits_used, sum(row["entries"] for row in rows), *([None] * len(AI_COLUMNS))]
    listed = [[row[name] for name in columns] for row in rows]
    result = table([f"~{by.value}", ">credits", "?>entries", *AI_HEADS], [*listed, total])
    if listed:
        result.rows[-2].end_section = True
    return result


def article_table(rows: Sequence[dict[str, Any]]) -> Table:
    """One line per article; what does not fit a terminal beside the title is in the JSON document."""
    columns = ["content_id", "title", "words", "credits", "ai_calls", "tokens_in", "tokens_out", "provider_cost"]
    heads = [">id", "~title", "?>words", ">credits", "?>calls", "?>in", "?>out", ">US$"]
    return table(heads, [[row[name] for name in columns] for row in rows])
