"""Telling people that a run ended, through Airflow's notifiers and each account's own connections.

Nothing here ever fails a run: what goes wrong is logged and written into the run's activity log, and a server that does
not answer costs PATIENCE seconds.
"""

from __future__ import annotations

import logging
import re
import smtplib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowException

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, EventLevel
from igny8_lib.notifications.claim import claim_notice
from igny8_lib.notifications.message import Message, compose
from igny8_lib.notifications.recipients import Recipients, recipients_of, settings_of
from igny8_lib.notifications.run_end import RunEnd, read_run_end
from igny8_lib.pipeline import activity
from igny8_lib.pipeline.stages import PATH
from igny8_lib.settings import load

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds that all deliveries of a run's end get together. A deadline, because a mail server that answers slowly enough
never runs into the time-outs of its single commands, and the SMTP hook tries up to six times."""


@dataclass
class Delivery:
    """One message on its way: what people call the channel, how it is sent, and what went wrong."""

    channel: str
    send: Callable[[], None]
    problem: str = field(default="", init=False)

    def attempt(self) -> None:
        """Send it, and keep the reason where that fails."""
        self.problem = "it was still being sent when the time was up"
        try:
            self.send()
        except Exception as error:
            log.warning("Sending %s failed", self.channel, exc_info=True)  # Airflow masks secrets in task logs
            self.problem = reason_of(error)
        else:
            self.problem = ""


def notify_run_ended(sessions: Sessions, run_id: int, *, patience: float = PATIENCE) -> bool:
    """Tell the account how its run ended; once per run, whoever calls and however often.

    True where this call told somebody or tried to. Raises nothing.
    """
    try:
        claimed = claim(sessions, run_id)
        if claimed is None:
            return False
        end, recipients = claimed
        deliveries = addressed(compose(end), recipients, f"{end.run_name}@{end.domain}")
        carry_out(deliveries, patience)
        write_down(sessions, run_id, deliveries)
    except Exception:
        log.exception("The end of run %s could not be told", run_id)
        return False
    return True


def claim(sessions: Sessions, run_id: int) -> tuple[RunEnd, Recipients] | None:
    """The run's end and who is to hear of it; None where it was told before, is not over, or nobody wants it."""
    titles = {stage.number: stage.title for stage in PATH}
    with sessions.begin() as session:
        if not claim_notice(session, run_id):
            return None
        end = read_run_end(session, run_id, stage_titles=titles, airflow_url=public_url())
        recipients = recipients_of(settings_of(session, end.account_id), end)
    return (end, recipients) if recipients else None


def public_url() -> str:
    """Airflow's address as browsers know it."""
    return conf.get("api", "base_url", fallback="") or load().airflow_url


def addressed(message: Message, recipients: Recipients, message_id: str) -> list[Delivery]:
    """A delivery per channel; `message_id` names the message to mailboxes.

    The notifiers' `notify` is called, not the notifier itself: calling it would render the finished text as a Jinja
    template once more, and a site named "{{ var.value.x }}" would read secrets.
    """
    deliveries = []
    if recipients.emails:
        count = len(recipients.emails)
        channel = f"e-mail to {count} address{'es' if count > 1 else ''}"  # the log's readers need not know whose
        deliveries.append(Delivery(channel, partial(send_mail, message, recipients, message_id)))
    if recipients.slack_webhook_conn_id:
        deliveries.append(Delivery("Slack", partial(send_to_slack, message, recipients.slack_webhook_conn_id)))
    return deliveries


def send_mail(message: Message, recipients: Recipients, message_id: str) -> None:
    """Through the SMTP connection; its extra names the sender (`from_email`)."""
    # The hook sends again after a lost answer: one Message-ID lets the mailbox drop the double.
    headers = {"Message-ID": f"<{message_id}>", "Auto-Submitted": "auto-generated"}
    notifier = SmtpNotifier(
        to=list(recipients.emails),
        subject=message.subject,
        html_content=message.html,
        smtp_conn_id=recipients.smtp_conn_id,
        custom_headers=headers,
    )
    notifier.notify({})


def send_to_slack(message: Message, conn_id: str) -> None:
    """Through the incoming webhook that is the connection's password."""
    from airflow.providers.slack.notifications.slack_webhook import (  # noqa: PLC0415 - half a second, for whoever uses it
        SlackWebhookNotifier,
    )

    blocks = list(message.blocks)
    SlackWebhookNotifier(slack_webhook_conn_id=conn_id, text=message.slack_text, blocks=blocks, timeout=10).notify({})


def carry_out(deliveries: Sequence[Delivery], patience: float) -> None:
    """Send side by side and wait until all are through or the time is up; threads left behind end with the process."""
    threads = [threading.Thread(target=delivery.attempt, daemon=True) for delivery in deliveries]
    deadline = time.monotonic() + patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def write_down(sessions: Sessions, run_id: int, deliveries: Sequence[Delivery]) -> None:
    """A line in the run's activity log per channel."""
    with sessions.begin() as session:
        run = session.get_one(AutomationRun, run_id)
        for delivery in deliveries:
            if problem := delivery.problem:
                message = f"Nobody was told by {delivery.channel}: {problem}."
                activity.record(session, run, message, level=EventLevel.WARNING)
            else:
                activity.record(session, run, f"The run's end was told by {delivery.channel}.")


def reason_of(error: Exception) -> str:
    """What went wrong, without texts that can quote a connection's address or what a server sent back."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server answered {error.smtp_code}"
    if answered := re.search(r"Status Code: (\d{3})", str(error)):
        return f"the server answered {answered[1]}"
    if isinstance(error, AirflowException):
        return str(error).strip().rstrip(".")
    reason = getattr(error, "reason", error)  # of urllib's URLError
    return getattr(reason, "strerror", None) or type(reason).__name__
