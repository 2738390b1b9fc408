"""Telling the account's people something, in the words of the rule."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.notifications.recipients import settings_of
from igny8_lib.notifications.rule_notice import NoticeKind, RuleNotice, recipients_of_notice
from igny8_lib.rules.actions.base import ActionKind, Asked, Began, Doors, Ended, Plan, Work
from igny8_lib.rules.documents import BadRule, NotifyParams
from igny8_lib.rules.facts import ITEM_WORDS
from igny8_lib.rules.reading import read_items

NAMED = 10
"""Items that a message names."""
NOBODY = "Nobody was told: the account tells nobody. Name somebody: igny8 notifications set ACCOUNT --email …"
SENDING = "The message was about to be sent."
"""What stays where the process died while it was sending: nothing is sent twice."""


class NotifyKind(ActionKind[NotifyParams]):
    """One message, sent once its sending is written down."""

    action = RuleAction.NOTIFY
    is_paid = False

    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: NotifyParams, place: str) -> None:  # noqa: ARG002
        """The message must say something."""
        if not any(character.isalnum() for character in params.message):
            raise BadRule(f"{place}.params.message", "The message says nothing.")

    def plan(self, session: Session, asked: Asked, params: NotifyParams, left: Credits | None) -> Plan:  # noqa: ARG002
        """One message, or none where nobody is to be told."""
        if not recipients_of_notice(settings_of(session, asked.site.account_id), NoticeKind.TOLD):
            return Plan.refusing(NOBODY)
        return Plan(len(asked.matched_ids), (), ZERO, "It would tell the account's people.")

    def open(self, session: Session, work: Work, params: NotifyParams) -> Began | Ended:
        """Compose the message; it is sent when this is committed."""
        site = session.get_one(Site, work.site.id)
        if not recipients_of_notice(settings_of(session, site.account_id), NoticeKind.TOLD):
            return Ended(self.ended("skipped", NOBODY))
        notice = RuleNotice(
            account_id=site.account_id,
            site_slug=site.slug,
            site_name=site.name,
            domain=site.domain,
            rule_name=work.rule_name,
            kind=NoticeKind.TOLD,
            sentence=params.message,
            facts=facts_of(session, work.asked(site)),
        )
        return Ended(self.ended("completed", SENDING), after=partial(send, notice))


def send(notice: RuleNotice, doors: Doors) -> str:
    """Send it; how that went."""
    return doors.tell(notice)


def facts_of(session: Session, asked: Asked) -> tuple[str, ...]:
    """What matched, as the message names it: how many, and the first of them."""
    if not asked.matched_ids:
        return ()
    items = read_items(session, asked.site, asked.trigger, ids=asked.matched_ids[:NAMED])
    return (counted(asked), *(item.name for item in items), *more(asked.matched_ids))


def counted(asked: Asked) -> str:
    """ "12 keywords matched:" """
    number = len(asked.matched_ids)
    return f"{number:,} {ITEM_WORDS[asked.trigger][number != 1]} matched:"


def more(matched: Sequence[int]) -> tuple[str, ...]:
    """What follows the names, where they are not all."""
    return (f"and {len(matched) - NAMED:,} more",) if len(matched) > NAMED else ()
