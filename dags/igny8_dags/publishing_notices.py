"""Telling accounts of publications that failed, through the channels of their runs' ends."""

from __future__ import annotations

import logging

from igny8_dags.notify import PATIENCE, addressed, carry_out, public_url
from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.notifications.publishing_failed import compose, recipients_of_failure
from igny8_lib.notifications.recipients import settings_of
from igny8_lib.publishing.notices import claim_failures

log = logging.getLogger(__name__)


def tell_failures(sessions: Sessions, *, patience: float = PATIENCE) -> int:
    """Tell what nobody was told of; how many messages. Deliveries that fail are logged, and raise nothing."""
    with sessions.begin() as session:
        failures = claim_failures(session, pages_url=public_url())
        told = [(failure, recipients_of_failure(settings_of(session, failure.account_id))) for failure in failures]
    deliveries = []
    for failure, recipients in told:
        message_id = f"{failure.site_slug}.{failure.cause}.{clock.now():%Y%m%d}@{failure.domain}"
        deliveries += addressed(compose(failure), recipients, message_id)
    carry_out(deliveries, patience)
    for delivery in deliveries:
        if delivery.problem:
            log.warning("A failed publication was not told by %s: %s", delivery.channel, delivery.problem)
    return len(deliveries)
