"""Telling accounts what their rules say, and of rules that were switched off, through the channels of runs' ends."""

from __future__ import annotations

import logging

from igny8_dags.notify import PATIENCE, Delivery, addressed, carry_out, public_url
from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.notifications.recipients import settings_of
from igny8_lib.notifications.rule_notice import RuleNotice, compose, recipients_of_notice

log = logging.getLogger(__name__)

NOBODY = "Nobody was told: the account's notification settings name nobody for it."


def tell(sessions: Sessions, notice: RuleNotice, *, patience: float = PATIENCE) -> str:
    """Send it through the account's channels; a sentence of how that went. Raises nothing: what went wrong is logged.

    `partial(tell, sessions)` is the door `tell` of the rules' actions.
    """
    try:
        with sessions() as session:
            recipients = recipients_of_notice(settings_of(session, notice.account_id), notice.kind)
        message_id = f"{notice.site_slug}.rule.{clock.now():%Y%m%d%H%M%S%f}@{notice.domain}"
        deliveries = addressed(compose(notice, pages_url=public_url()), recipients, message_id)
        carry_out(deliveries, patience)
    except Exception:
        log.exception("What rule %r says could not be told", notice.rule_name)
        return "Nobody was told: something unforeseen happened, see the log of the DAG run_rules."
    return sentence_of(deliveries)


def sentence_of(deliveries: list[Delivery]) -> str:
    """How it went, by channel."""
    for delivery in deliveries:
        if delivery.problem:
            log.warning("What a rule says was not told by %s: %s", delivery.channel, delivery.problem)
    told = [each.channel for each in deliveries if not each.problem]
    failed = [f"Nobody was told by {each.channel}: {each.problem}." for each in deliveries if each.problem]
    sent = [f"Told by {' and '.join(told)}."] if told else []
    return " ".join([*sent, *failed]) or NOBODY
