"""`igny8 rules add|change|ready-made`: writing rules down."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.rule_words import action_of, condition_of
from igny8_lib.commands.rules import RuleArgument, SiteArgument
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationRule, RuleTrigger, Site
from igny8_lib.rules import saving
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.listing import OWN, TIMES, RuleRow, show_rule
from igny8_lib.rules.ready_made import READY_MADE, ReadyMade, ready_made
from igny8_lib.rules.sentences import sentence
from igny8_lib.sites.sites import site_by_slug

MOST_BYTES = 1024 * 1024
STANDARD_INPUT = "-"
SITES_TIME = "the site's time"
"""Stands for the zone of a ready-made rule, which is no site's yet."""
TOLD = {*OWN, *TIMES, "switched_off_because", "sentence", "executed_today", "credits_30_days", "last"}
"""What `show --json` tells beside the rule itself."""
FileOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The rule as JSON, as `show --json` prints it; - reads the input.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 rules`."""
    app.command("add")(add)
    app.command("change")(change)
    app.command("ready-made")(list_ready_made)


def add(
    site: SiteArgument,
    by: ByOption,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="What it is called; else as the file says.")] = "",
    file: FileOption = None,
    start: Annotated[str, typer.Option("--ready-made", metavar="KEY", help="One of `ready-made` as it is.")] = "",
    when: Annotated[RuleTrigger | None, typer.Option(help="What sets it off.")] = None,
    conditions: Annotated[
        list[str] | None, typer.Option("--if", metavar="CONDITION", help='"volume gte 100"; all of them must hold.')
    ] = None,
    actions: Annotated[
        list[str] | None, typer.Option("--do", metavar="ACTION", help="What it does; several in this order.")
    ] = None,
    schedule: Annotated[str, typer.Option(metavar="CRON", help="When, by the site's clocks: 0 6 * * mon.")] = "",
    at_most: Annotated[int | None, typer.Option(min=0, max=1_000, help="Executions a day; 0 = no limit.")] = None,
    credit_limit: Annotated[
        float | None, typer.Option("--credits", help="The most that one execution may use; 0 = no limit.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Switched off for now.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Add a rule: from a file, a ready-made one, or what is said here.

    Example: igny8 rules add blog "Cluster news" --when keyword_added --if "volume gte 100" --do cluster_keywords
    """
    written = {"schedule": schedule} if schedule else {}
    if when or conditions or actions:
        trigger = when or (RuleTrigger.SCHEDULE if schedule else None)
        written |= written_down(trigger, conditions or [], actions or [])
    begun = begin(file, start, written)
    given: dict[str, Any] = {
        "name": name or None,
        "max_executions_per_day": at_most,
        "credit_limit_per_execution": credit_limit,
        "is_active": False if off else None,
    }
    document = RuleDocument.parse(begun | {key: value for key, value in given.items() if value is not None})
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        rule = saving.create(session, found, document, by=by)
        row = row_of(session, found, rule)
    told = f"Rule {row.id} “{row.name}” is {'on' if row.is_active else 'there, and off'}. {row.sentence}"
    show(row.as_json(), as_json=as_json, text=lambda: told)


def begin(file: Path | None, start: str, written: dict[str, Any]) -> dict[str, Any]:
    """What the rule is made of. Raises InvalidInput where more than one thing is said, or nothing."""
    if sum(map(bool, (file, start, written))) != 1:
        raise InvalidInput(
            'Say what the rule is, in one way: --file FILE, --ready-made KEY, or --when … --if "…" --do "…".'
        )
    if file:
        return read_rule(file)[0]
    return ready_made(start).document.model_dump(mode="json") if start else written


def written_down(trigger: RuleTrigger | None, conditions: list[str], actions: list[str]) -> dict[str, Any]:
    """What is said on the command line, as JSON has it. Raises InvalidInput."""
    if trigger is None:
        raise InvalidInput(f"--when is missing: what sets the rule off, one of {', '.join(RuleTrigger)}.")
    if not actions:
        raise InvalidInput("--do is missing: what the rule does, such as --do cluster_keywords.")
    return {
        "trigger": trigger,
        "conditions": [condition_of(trigger, each) for each in conditions],
        "actions": [action_of(each) for each in actions],
    }


def change(
    site: SiteArgument,
    rule: RuleArgument,
    by: ByOption,
    file: Annotated[Path, typer.Option(help="The whole rule as JSON, as `show --json` prints it; - reads the input.")],
    version: Annotated[
        int | None, typer.Option(min=1, help="The version it was made from; else the file's, else the newest.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a rule what a file says; refused where somebody else changed it after the file was written.

    Example: igny8 rules show blog 3 --json > rule.json, then igny8 rules change blog 3 --file rule.json
    """
    given, files = read_rule(file)
    document = RuleDocument.parse(given)
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        newest = find_rule(session, found.id, rule).version
        changed = saving.change(session, found, rule, document, version=version or files or newest, by=by)
        row = row_of(session, found, changed)
    told = f"Rule {row.id} “{row.name}” is in version {row.version}. {row.sentence}"
    show(row.as_json(), as_json=as_json, text=lambda: told)


def read_rule(file: Path) -> tuple[dict[str, Any], int | None]:
    """The rule that a file holds, and its version where it says one. Raises InvalidInput; OSError for no file."""
    if str(file) == STANDARD_INPUT:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"{file} is larger than {MOST_BYTES // 1024:,} KB: that is no rule.")
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidInput(f"{file} is no JSON document: `igny8 rules show SITE RULE --json` prints one.") from None
    if not isinstance(given, dict):
        raise InvalidInput(f'{file} holds no JSON object: a rule begins with {{"name": …}}.')
    version = given.get("version")
    whole = {key: value for key, value in given.items() if key in RuleDocument.model_fields or key not in TOLD}
    return whole, version if isinstance(version, int) and version > 0 else None


def row_of(session: Session, site: Site, rule: AutomationRule) -> RuleRow:
    """The rule as it is shown."""
    return show_rule(session, site, rule.id)


def list_ready_made(
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="Show this one alone; with --json as a rule's file.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """List rules to start from; `add --ready-made KEY` adds one to a site.

    Example: igny8 rules ready-made weekly-run --json > rule.json
    """
    if key:
        one = ready_made(key)
        told = f"{sentence(one.document, SITES_TIME)} {one.why}"
        show(one.document.model_dump(mode="json"), as_json=as_json, text=lambda: told)
        return
    rows = [as_row(each) for each in READY_MADE]
    heads = ("=key", "what it does", "?what for")
    lines = [(row["key"], row["sentence"], row["why"]) for row in rows]
    show(rows, as_json=as_json, text=lambda: table(heads, lines))


def as_row(each: ReadyMade) -> dict[str, Any]:
    """A ready-made rule as JSON has it."""
    told = sentence(each.document, SITES_TIME)
    facts = {"key": each.key, "title": each.title, "why": each.why, "sentence": told}
    return facts | {"document": each.document.model_dump(mode="json")}
