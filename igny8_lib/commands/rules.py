"""`igny8 rules`: when this happens and that holds, do this, within these limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.rules import saving
from igny8_lib.rules.listing import RuleRow, list_rules, show_rule
from igny8_lib.rules.saving import MOST_RULES
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Automation rules: what happens by itself on a site, and when.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
RuleArgument = Annotated[
    int, typer.Argument(metavar="RULE", min=1, max=HIGHEST_ID, help="The rule's number, as `list` shows it.")
]
NONE_YET = "Site {site} has no rule yet. Some to start from: igny8 rules ready-made."


@app.command("list")
def list_(site: SiteArgument, as_json: JsonOption = False) -> None:
    """List a site's rules by the alphabet, each with what came of it lately.

    Example: igny8 rules list blog
    """
    with open_sessions()() as session:
        rows = list_rules(session, site_by_slug(session, site), page_size=MOST_RULES).rows
    nothing = NONE_YET.format(site=site)
    show([row.as_json() for row in rows], as_json=as_json, text=lambda: list_view(rows) if rows else nothing)


def list_view(rows: Sequence[RuleRow]) -> Table:
    """A row per rule."""
    heads = ("=rule", "~name", "state", "?~what it does", "?>today", "?>credits, 30 days", "?~last")
    return table(heads, [cells(row) for row in rows])


def cells(row: RuleRow) -> list[object]:
    """A rule as a row of the table."""
    most = row.document.max_executions_per_day
    today = f"{row.executed_today} of {most}" if most else row.executed_today
    last = f"{row.last.status.value}: {row.last.says}" if row.last else ""
    return [row.id, row.name, state_of(row), row.sentence, today, row.credits_30_days, last]


def state_of(row: RuleRow) -> str:
    """Whether it is on."""
    if row.is_active:
        return "on"
    return "failed, off" if row.switched_off_because else "off"


@app.command("show")
def show_one(site: SiteArgument, rule: RuleArgument, as_json: JsonOption = False) -> None:
    """Show a rule as a sentence, and how it stands; with --json as a file that `change` reads back.

    Example: igny8 rules show blog 3
    """
    with open_sessions()() as session:
        row = show_rule(session, site_by_slug(session, site), rule)
    show(row.as_json(), as_json=as_json, text=lambda: view(row))


def view(row: RuleRow) -> Group:
    """A rule as people read it."""
    facts: list[tuple[str, object]] = [
        ("rule", row.id),
        ("state", state_of(row)),
        ("switched off because", row.switched_off_because),
        ("version", row.version),
        ("made", f"{moment(row.created_at)} by {row.created_by}"),
        ("changed", moment(row.updated_at)),
        ("active since", moment(row.active_since)),
        ("next looked at", moment(row.next_due_at)),
        ("last executed", moment(row.last_executed_at)),
        ("executed today", row.executed_today),
        ("failures in a row", row.failures_in_a_row),
        ("credits in 30 days", row.credits_30_days),
        ("newest execution", f"{row.last.id}, {row.last.status.value}: {row.last.says}" if row.last else None),
    ]
    shown = [(name, value) for name, value in facts if value not in {None, ""}]
    return Group(Text(row.name, "bold"), Text(row.sentence), table(["=", ""], shown))


def moment(at: Any) -> str:  # noqa: ANN401 - a time, or none
    """A time as people read it, in UTC; nothing where there is none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


@app.command("on")
def switch_on(site: SiteArgument, rule: RuleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Switch a rule on: its failures are forgotten, and what happened before does not set it off.

    Example: igny8 rules on blog 3
    """
    switch(site, rule, by=by, on=True, as_json=as_json)


@app.command("off")
def switch_off(site: SiteArgument, rule: RuleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Switch a rule off: what it has begun goes on, and nothing sets it off any more.

    Example: igny8 rules off blog 3
    """
    switch(site, rule, by=by, on=False, as_json=as_json)


def switch(site: str, rule: int, *, by: str, on: bool, as_json: bool) -> None:
    """Do it, and say how the rule stands."""
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        saving.switch(session, found, rule, on=on, by=by)
        row = show_rule(session, found, rule)
    told = f"“{row.name}” is {'on' if on else 'off'}. {row.sentence}"
    show(row.as_json(), as_json=as_json, text=lambda: told)


@app.command("delete")
def delete(site: SiteArgument, rule: RuleArgument, as_json: JsonOption = False) -> None:
    """Delete a rule; what it did stays in the history, and what it has begun goes on.

    Example: igny8 rules delete blog 3
    """
    with open_sessions().begin() as session:
        name = saving.delete(session, site_by_slug(session, site).id, rule)
    show({"deleted": rule, "name": name}, as_json=as_json, text=lambda: f"“{name}” is deleted.")
