"""One message about an ended run, in the three forms it travels in: e-mail, plain text, Slack.

Names and sentences come from people and from AI providers. So HTML is escaped by the template engine, Slack gets them
as plain text or escaped (an unescaped <!channel> would page everybody), and a subject stays on one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from igny8_lib.errors import InvalidInput
from igny8_lib.notifications.run_end import RunEnd, StageRow
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY
from igny8_lib.sites.schedule import zone

TEMPLATES = Environment(
    loader=PackageLoader("igny8_lib.notifications"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

SLACK_HEADER = 150
SLACK_TEXT = 2900
"""Slack refuses a header over 150 characters and a text over 3000 (escaping can lengthen ours a little)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. `slack_text` is what Slack shows in a notification, `blocks` the message itself."""

    subject: str
    text: str
    html: str
    slack_text: str
    blocks: tuple[dict[str, Any], ...]


def compose(end: RunEnd) -> Message:
    """The message about the run's end."""
    subject = subject_of(end)
    facts = facts_of(end)
    text = plain_text(end, subject, facts)
    return Message(
        subject=subject,
        text=text,
        html=TEMPLATES.get_template("run_ended.html.jinja").render(end=end, subject=subject, facts=facts),
        slack_text=for_slack(shortened(f"{subject}. {end.sentence}", SLACK_TEXT // 6)),
        blocks=slack_blocks(end, subject, facts),
    )


def subject_of(end: RunEnd) -> str:
    """ "mysite.com #42 completed", with the reason where it says more than the status: "… completed: credit budget"."""
    reason = "" if end.stopped_reason.value == end.status.value else f": {end.stopped_reason.replace('_', ' ')}"
    return one_line(f"{end.title} {end.status.value}{reason}")


def facts_of(end: RunEnd) -> tuple[tuple[str, str], ...]:
    """Labels and values, the same in every form."""
    local = zone_or_utc(end.timezone)
    started, completed = (at.astimezone(local) for at in (end.started_at, end.completed_at))
    return (
        ("Site", f"{end.site_name} ({end.domain})"),
        ("Run", end.run_name),
        ("Started", f"{started:%Y-%m-%d %H:%M} {local.key}"),
        ("Ended", f"{completed:%Y-%m-%d %H:%M} {local.key}"),
        ("Credits used", str(end.credits_used)),
        ("Balance", f"{end.balance} credits"),
    )


def zone_or_utc(name: str) -> ZoneInfo:
    """The site's zone; UTC where this machine does not know it, for people are to hear of the end all the same."""
    try:
        return zone(name)
    except InvalidInput:
        return ZoneInfo("UTC")


def plain_text(end: RunEnd, subject: str, facts: Sequence[tuple[str, str]]) -> str:
    """The message for a terminal."""
    lines = [subject, "", end.sentence, "", *(f"{label}: {value}" for label, value in facts)]
    if end.stages:
        lines += ["", *(stage_line(row) for row in end.stages)]
    return "\n".join([*lines, "", f"The run in Airflow: {end.link}"])


def stage_line(row: StageRow) -> str:
    """One stage on one line."""
    failed = f", {row.failed} failed" if row.failed else ""
    counts = f"{row.processed} done, {row.created} made{failed}, {row.credits} credits"
    place = "" if row.number in {LINK_KEY, OPTIMIZE_KEY} else f"{row.number}. "
    return f"{place}{row.title}: {row.status.value}, {counts}"


def slack_blocks(end: RunEnd, subject: str, facts: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    """Block Kit; what people wrote is plain_text, which Slack never reads as a mention or a link."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(subject, SLACK_HEADER)},
        {"type": "section", "fields": [plain(f"{label}: {value}", 2000) for label, value in facts]},
    ]
    if end.sentence:
        blocks.insert(1, {"type": "section", "text": plain(end.sentence, SLACK_TEXT)})
    if end.stages:
        rows = "\n".join(stage_line(row) for row in end.stages)
        blocks.append({"type": "section", "text": plain(rows, SLACK_TEXT)})
    link = {"type": "mrkdwn", "text": f"<{for_slack(end.link)}|Open the run in Airflow>"}
    return (*blocks, {"type": "context", "elements": [link]})


def plain(text: str, limit: int) -> dict[str, Any]:
    """A plain_text element."""
    return {"type": "plain_text", "text": shortened(text, limit), "emoji": False}


def for_slack(text: str) -> str:
    """Text with the three characters escaped that Slack's markup begins with (api.slack.com, "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str) -> str:
    """Without control characters and line breaks, so that no text can end a mail header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
