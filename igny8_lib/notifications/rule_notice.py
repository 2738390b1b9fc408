"""One message that a rule sends, or that tells of a rule, in the forms that a run's end travels in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from igny8_lib.models import NotificationSettings
from igny8_lib.notifications.message import (
    SLACK_HEADER,
    SLACK_TEXT,
    TEMPLATES,
    Message,
    for_slack,
    one_line,
    plain,
    shortened,
)
from igny8_lib.notifications.recipients import Recipients


class NoticeKind(StrEnum):
    """What is told."""

    TOLD = "told"
    """A rule's own words, which it tells as its action."""
    SWITCHED_OFF = "switched_off"
    """The product switched a rule off that kept failing."""


@dataclass(frozen=True, slots=True)
class RuleNotice:
    """What is told of a rule, and whom it concerns."""

    account_id: int
    site_slug: str
    site_name: str
    domain: str
    rule_name: str
    kind: NoticeKind
    sentence: str
    """The rule's own words; or why it was switched off."""
    facts: tuple[str, ...] = ()
    """What led to it, one line each: "Keywords: 3 matched"."""

    @property
    def subject(self) -> str:
        """mysite.com: New keywords — or: mysite.com: rule "New keywords" was switched off"""
        told = f"{self.domain}: {self.rule_name}"
        off = f"{self.domain}: rule “{self.rule_name}” was switched off"
        return one_line(told if self.kind is NoticeKind.TOLD else off)

    @property
    def path(self) -> str:
        """The page of the site's rules, behind the address of Airflow."""
        return f"/igny8/sites/{self.site_slug}/rules"


def compose(notice: RuleNotice, *, pages_url: str) -> Message:
    """The message; `pages_url` is Airflow's address as browsers know it."""
    subject, link = notice.subject, pages_url.rstrip("/") + notice.path
    lines = [f"- {fact}" for fact in notice.facts]
    text = "\n".join([subject, "", notice.sentence, "", *lines, *([""] if lines else []), f"The site's rules: {link}"])
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(subject, SLACK_HEADER)},
        {"type": "section", "text": plain(notice.sentence, SLACK_TEXT)},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{for_slack(link)}|Open the site's rules>"}]},
    ]
    if lines:
        blocks.insert(2, {"type": "section", "text": plain("\n".join(lines), SLACK_TEXT)})
    page = TEMPLATES.get_template("rule_notice.html.jinja")
    return Message(
        subject=subject,
        text=text,
        html=page.render(notice=notice, subject=subject, link=link),
        slack_text=for_slack(shortened(f"{subject}. {notice.sentence}", SLACK_TEXT // 6)),
        blocks=tuple(blocks),
    )


def recipients_of_notice(settings: NotificationSettings, kind: NoticeKind) -> Recipients:
    """Who hears of it: what a rule says goes to all whom the account tells; that one failed, as runs that fail do."""
    if kind is NoticeKind.SWITCHED_OFF and not settings.on_failure:
        return Recipients()
    return Recipients(tuple(settings.emails), settings.smtp_conn_id, settings.slack_webhook_conn_id)
