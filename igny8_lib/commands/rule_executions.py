"""`igny8 rules test|execute|history|retry`: what a rule would do, and what rules did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.rule_writing import read_rule
from igny8_lib.commands.rules import RuleArgument, SiteArgument, moment
from igny8_lib.errors import InvalidInput
from igny8_lib.models import BegunBy, ExecutionStatus
from igny8_lib.rules import by_hand, retrying, testing
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.executions import ExecutionRow, ExecutionView, list_executions, show_execution
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.saving import document_of
from igny8_lib.rules.testing import Tested
from igny8_lib.sites.sites import site_by_slug

MOST_LISTED = 100
NONE_YET = "No rule of site {site} was executed yet."
NONE_SUCH = "No execution of site {site} is of this rule, state and beginning."
BEGINS = "It begins within a minute or two. How it goes: igny8 rules history {site} --execution {id}."


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 rules`."""
    app.command("test")(try_out)
    app.command("execute")(execute)
    app.command("history")(history)
    app.command("retry")(retry)


def try_out(
    site: SiteArgument,
    rule: Annotated[
        int | None, typer.Argument(metavar="[RULE]", min=1, max=HIGHEST_ID, help="The rule, as `list` shows it.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A rule that is not saved, as JSON; - reads the input.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what a rule would do now, with what matches, why the rest does not, and the cost; nothing is done.

    Example: igny8 rules test blog 3
    """
    if (rule is None) == (file is None):
        raise InvalidInput("Say which rule: its number, or --file FILE for one that is not saved.")
    unsaved = RuleDocument.parse(read_rule(file)[0]) if file else None
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        document = unsaved or document_of(find_rule(session, found.id, rule or 0))
        tested = testing.test(session, found, document, rule_id=rule)
    show(tested_json(tested), as_json=as_json, text=lambda: tested_view(tested))


def tested_json(tested: Tested) -> dict[str, Any]:
    """The test as a JSON document."""
    matches = tested.matches
    return {
        "holds": matches.holds,
        "matched": len(matches.ids),
        "looked_at": matches.looked_at,
        "samples": [{"id": item.id, "name": item.name} for item in matches.samples],
        "others": [{"id": item.id, "name": item.name, "why_not": list(why)} for item, why in matches.others],
        "plans": [vars(plan) | {"cost": plan.cost.as_number()} for plan in tested.plans],
        "cost": tested.cost.as_number(),
        "available": tested.available.as_number(),
        "would": tested.would,
        "limit": tested.limit,
    }


def tested_view(tested: Tested) -> Group:
    """The test as people read it: what would happen, then items that match and items that do not."""
    rows = [(item.id, item.name, "matches") for item in tested.matches.samples]
    rows += [(item.id, item.name, "; ".join(why)) for item, why in tested.matches.others]
    left_out = [Text(reason) for plan in tested.plans for reason in plan.left_out]
    cost = f"It would cost {tested.cost} credits at most; {tested.available} are available."
    items = [table([">id", "~name", "why"], rows)] if rows else []
    return Group(Text(tested.would), *left_out, Text(cost), Text(tested.limit), *items)


def execute(site: SiteArgument, rule: RuleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Execute a rule with what matches now, also one that is switched off.

    Example: igny8 rules execute blog 3
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        row = show_execution(session, found.id, by_hand.execute(session, found, rule, by=by).id)
    told = f"Execution {row.id} of “{row.rule_name}” is written down. {BEGINS.format(site=site, id=row.id)}"
    show(row.as_json(), as_json=as_json, text=lambda: told)


def retry(
    site: SiteArgument,
    execution: Annotated[
        int, typer.Argument(min=1, max=HIGHEST_ID, help="The execution's number, as `history` shows it.")
    ],
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """Try again what failed or was skipped, with the same items.

    Example: igny8 rules retry blog 12
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        row = show_execution(session, found.id, retrying.retry(session, found, execution, by=by).id)
    told = f"Execution {row.id} tries {execution} again. {BEGINS.format(site=site, id=row.id)}"
    show(row.as_json(), as_json=as_json, text=lambda: told)


def history(
    site: SiteArgument,
    rule: Annotated[int | None, typer.Option(min=1, max=HIGHEST_ID, help="Only of this rule.")] = None,
    status: Annotated[ExecutionStatus | None, typer.Option(help="Only those that stand here.")] = None,
    begun_by: Annotated[BegunBy | None, typer.Option(help="Only those that came up so.")] = None,
    one: Annotated[
        int | None, typer.Option("--execution", min=1, max=HIGHEST_ID, help="Show this one, action by action.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List what the rules of a site did, newest first; with --execution, all about one.

    Example: igny8 rules history blog --status failed
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        if one is not None:
            row = show_execution(session, found.id, one)
            show(row.as_json(), as_json=as_json, text=lambda: view(row))
            return
        rows = list_executions(session, found.id, ExecutionView(rule, status, begun_by), page_size=limit).rows
    said = any(each is not None for each in (rule, status, begun_by))
    nothing = (NONE_SUCH if said else NONE_YET).format(site=site)
    show([row.as_json() for row in rows], as_json=as_json, text=lambda: list_view(rows) if rows else nothing)


def list_view(rows: Sequence[ExecutionRow]) -> Table:
    """A row per execution."""
    heads = (">execution", "~rule", "status", "?begun by", "?when", "?>matched", "?>credits", "~how it stands")
    return table(heads, [cells(row) for row in rows])


def cells(row: ExecutionRow) -> list[object]:
    """An execution as a row of the table."""
    what = [row.id, row.rule_name, row.status.value, row.begun_by.value, moment(row.created_at)]
    return [*what, row.matched, row.credits_used, row.says]


def view(row: ExecutionRow) -> Group:
    """One execution: facts, then its actions, then what matched."""
    facts: list[tuple[str, object]] = [
        ("execution", row.id),
        ("status", row.status.value),
        ("begun by", " ".join(part for part in (row.begun_by.value, row.requested_by) if part)),
        ("written down", moment(row.created_at)),
        ("due", moment(row.due_at)),
        ("began", moment(row.started_at)),
        ("ended", moment(row.finished_at)),
        ("matched", f"{row.matched:,} of {row.looked_at:,}"),
        ("credits", f"{row.credits_used} of {row.credit_limit}" if row.credit_limit else row.credits_used),
        ("set off by", " → ".join(row.chain[:-1])),
        ("retry of", row.retry_of_id),
        ("tried again as", row.retried_by_id),
        ("error", row.error),
    ]
    known = [(name, value) for name, value in facts if value not in {None, ""}]
    work = [each.run_id or each.batch_id or each.build_id for each in row.results]
    steps = [(each.action.value, each.status, each.sentence, by) for each, by in zip(row.results, work, strict=True)]
    done = [table(["action", "status", "how it ended", "?run, batch or build"], steps)] if steps else []
    items = [table([">id", "~matched"], [(item.id, item.name) for item in row.matched_items])]
    return Group(
        Text(row.rule_name, "bold"),
        Text(row.says),
        table(["=", ""], known),
        *done,
        *(items if row.matched_items else []),
    )
