"""Whether a rule can be saved on its site: a rule that could never do what it says is refused, naming the field."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from igny8_lib.models import RuleTrigger, Site
from igny8_lib.rules import cron
from igny8_lib.rules.actions.kinds import check_actions
from igny8_lib.rules.conditions import check_conditions
from igny8_lib.rules.documents import BadRule, RuleDocument
from igny8_lib.text.characters import UNSTORABLE
from igny8_lib.text.names import clean_name, is_blank


def check_rule(session: Session, site: Site, document: RuleDocument) -> None:
    """Raises BadRule naming the first field that is wrong: the name, the schedule, a condition or an action.

    The ids that its actions name are looked up on the site; nothing else is asked of the database.
    """
    check_name(document.name)
    check_texts(document)
    check_schedule(document)
    check_conditions(document.trigger, document.conditions)
    check_actions(session, site, document.trigger, document.actions)


def check_name(name: str) -> None:
    """Raises BadRule for a name that shows nothing: what the rule does is done in it."""
    if is_blank(clean_name(name)):
        raise BadRule("name", "A rule needs a name with at least one character to see.")


def check_texts(document: RuleDocument) -> None:
    """Raises BadRule for a text that the database cannot keep, wherever it is."""
    for place, text in texts_in(document.model_dump(mode="json")):
        if UNSTORABLE.search(text):
            raise BadRule(place, "It holds a character that is no text (NUL, or half of a surrogate pair): remove it.")


def texts_in(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON document, and where it is."""
    if isinstance(value, str):
        yield place, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from texts_in(child, f"{place}.{name}" if place else str(name))


def check_schedule(document: RuleDocument) -> None:
    """Raises BadRule for a schedule that is missing, that never fires, or that another trigger's rule has."""
    given = bool(document.schedule.strip())
    if document.trigger is RuleTrigger.SCHEDULE:
        if not given:
            raise BadRule("schedule", "Say when, as a cron line of five fields: 0 6 * * mon-fri is weekdays at 06:00.")
        cron.parse(document.schedule)
    elif given:
        raise BadRule(
            "schedule",
            f"A rule that {document.trigger.value} sets off has no schedule: leave it empty, or choose the trigger "
            "schedule.",
        )
