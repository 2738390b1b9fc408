"""One message about publications of a site that failed for one cause, in the forms that a run's end travels in."""

from __future__ import annotations

from dataclasses import dataclass

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

SHOWN = 10
"""Titles of one message."""


@dataclass(frozen=True, slots=True)
class PublishingFailure:
    """What failed at a site, for one cause."""

    account_id: int
    site_slug: str
    site_name: str
    domain: str
    cause: str
    sentence: str
    """What was wrong and what to do."""
    titles: tuple[str, ...]
    """Of the articles."""
    link: str
    """The site's pages."""

    @property
    def subject(self) -> str:
        """mysite.com: 3 articles could not be published"""
        count = len(self.titles)
        return one_line(f"{self.domain}: {count} article{'s' if count > 1 else ''} could not be published")


def compose(failure: PublishingFailure) -> Message:
    """The message about it."""
    subject, shown = failure.subject, failure.titles[:SHOWN]
    left = len(failure.titles) - len(shown)
    lines = [*(f"- {title}" for title in shown), *([f"- and {left} more"] if left else [])]
    text = "\n".join([subject, "", failure.sentence, "", *lines, "", f"The site: {failure.link}"])
    blocks = (
        {"type": "header", "text": plain(subject, SLACK_HEADER)},
        {"type": "section", "text": plain(failure.sentence, SLACK_TEXT)},
        {"type": "section", "text": plain("\n".join(lines), SLACK_TEXT)},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{for_slack(failure.link)}|Open the site>"}]},
    )
    page = TEMPLATES.get_template("publishing_failed.html.jinja")
    return Message(
        subject=subject,
        text=text,
        html=page.render(failure=failure, subject=subject, shown=shown, left=left),
        slack_text=for_slack(shortened(f"{subject}. {failure.sentence}", SLACK_TEXT // 6)),
        blocks=blocks,
    )


def recipients_of_failure(settings: NotificationSettings) -> Recipients:
    """Who hears of it: whom the account tells of runs that fail."""
    if not settings.on_failure:
        return Recipients()
    return Recipients(tuple(settings.emails), settings.smtp_conn_id, settings.slack_webhook_conn_id)
