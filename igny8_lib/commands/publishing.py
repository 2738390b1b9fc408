"""`igny8 publishing`: when a site publishes, and what its calendar holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.commands import publications
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.config import parse
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.models import PublishingSettings, Site
from igny8_lib.publishing import calendar
from igny8_lib.publishing.agenda import MOST_DAYS, Agenda, agenda, preview
from igny8_lib.publishing.calendar import Scheduled, local
from igny8_lib.publishing.local_times import parse_time
from igny8_lib.publishing.rescheduling import Change, shift_all, spread_anew
from igny8_lib.publishing.settings import Publishing, change, changed, settings_of
from igny8_lib.sites.configuration import WEEKDAYS
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="When a site publishes, and what its calendar holds.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id, as `calendar` shows it.")
]
TIME = '"2026-12-01 09:00" by the site\'s clocks, or with an offset.'
MOST_SLOTS = 1_000


@app.command("show")
def show_settings(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Show all settings, and the next slots that they give."""
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        document = describe(session, found, settings_of(session.get_one(PublishingSettings, found.id)))
    show(document, as_json=as_json, text=lambda: settings_view(document, found))


@app.command("set")
def set_settings(
    site: SiteArgument,
    settings: Annotated[list[str], typer.Argument(help="NAME=VALUE …, such as queue_limit=50.")],
    as_json: JsonOption = False,
) -> None:
    """Change settings. No date moves; who waits for one gets it where there is room now.

    Example: igny8 publishing set blog publish_days=mon,wed,fri publish_time_slots=08:30,16:00
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        document = describe(session, found, change(session, found.id, dict(parse(each) for each in settings)))
    show(document, as_json=as_json, text=lambda: settings_view(document, found))


def describe(session: Session, site: Site, settings: Publishing) -> dict[str, Any]:
    """All settings and what they give."""
    slots = [slot.isoformat() for slot in preview(session, site, settings)]
    return {"site": site.slug, "zone": site.timezone, "next_slots": slots, "settings": settings.as_json()}


def settings_view(document: Mapping[str, Any], site: Site) -> Table:
    """A row per setting."""
    rows = [[name, written(name, value), meaning_of(name)] for name, value in document["settings"].items()]
    slots = [local(datetime.fromisoformat(slot), site) for slot in document["next_slots"][:3]]
    upcoming = f"the next slots are {', '.join(slots)}" if slots else "the next ten years have no free slot"
    return table(["=setting", "value", "meaning"], rows, title=f"{site.slug}: {upcoming}")


def written(name: str, value: object) -> str:
    """A setting's value as it is typed for `set`."""
    if isinstance(value, list):
        return ",".join(WEEKDAYS[each][:3] if name == "publish_days" else str(each) for each in value)
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def meaning_of(name: str) -> str:
    """What a setting is, in a few words."""
    return Publishing.model_fields[name].description or ""


@app.command("slots")
def list_slots(
    site: SiteArgument,
    settings: Annotated[list[str] | None, typer.Argument(help="NAME=VALUE … as for `set`, only tried out.")] = None,
    count: Annotated[int, typer.Option(min=1, max=MOST_SLOTS, help="How many.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """List the next free slots, also those that other settings would give; nothing is changed.

    Example: igny8 publishing slots blog --count 20 scheduling_mode=stagger daily_publish_target=2
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        stored = settings_of(session.get_one(PublishingSettings, found.id))
        tried = changed(stored, dict(parse(each) for each in settings or ()))
        slots = preview(session, found, tried, count)
    rows = [[number, weekday(slot, found), local(slot, found)] for number, slot in enumerate(slots, 1)]
    document = [slot.isoformat() for slot in slots]
    show(document, as_json=as_json, text=lambda: table([">slot", "day", "=time"], rows))


def weekday(at: datetime, site: Site) -> str:
    """Mon … Sun, at the site."""
    return f"{at.astimezone(ZoneInfo(site.timezone)):%a}"


@app.command("calendar")
def show_calendar(
    site: SiteArgument,
    start: Annotated[str, typer.Option("--from", help="The first day, such as 2026-12-01; today where left out.")] = "",
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="How many days.")] = 14,
    as_json: JsonOption = False,
) -> None:
    """Show what has a date, is on its way or out, which slots are free, and what has no date yet.

    Example: igny8 publishing calendar blog --from 2026-12-01 --days 31
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        first = parse_day(start) if start else clock.now().astimezone(ZoneInfo(found.timezone)).date()
        last = date.fromordinal(min(first.toordinal() + days - 1, date.max.toordinal()))
        shown = agenda(session, found, first, last)
    show(calendar_document(shown), as_json=as_json, text=lambda: calendar_view(shown, found))


def parse_day(text: str) -> date:
    """A day of the calendar. Raises InvalidInput."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text[:40]!r} is no day: write it as 2026-12-01.") from None


def calendar_document(shown: Agenda) -> dict[str, Any]:
    """A period as a JSON document."""
    return {
        "items": [vars(item) | {"at": item.at.isoformat()} for item in shown.items],
        "free": [slot.isoformat() for slot in shown.free],
        "no_date_yet": [vars(each) for each in shown.waiting],
        "no_date_yet_count": shown.waiting_count,
        "progress": [vars(each) for each in shown.progress],
        "scheduled_count": shown.scheduled_count,
        "overdue_count": shown.overdue_count,
        "overdue_since": stamp(shown.overdue_since),
        "queue_limit": shown.queue_limit,
        "publishes_by_itself": shown.publishes_by_itself,
    }


def calendar_view(shown: Agenda, site: Site) -> Group:
    """Articles and free slots in the order of time, then what has no date."""
    held = f"{shown.scheduled_count:,} scheduled, queue limit {shown.queue_limit:,}"
    entries = [(item.at, "overdue" if item.overdue else item.site_status.value, item) for item in shown.items]
    lines: list[tuple[datetime, str, Any]] = sorted(
        [*entries, *((slot, "free", None) for slot in shown.free)], key=lambda line: line[0]
    )
    rows = [
        [weekday(at, site), f"{at.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M}", state]
        + ([item.content_id, item.title, item.error] if item else [None, None, None])
        for at, state, item in lines
    ]
    heads = ["day", f"=time ({site.timezone})", "state", ">id", "~title", "?error"]
    parts: list[Text | Table] = [Text(f"{site.slug}: {held}"), *(Text(each) for each in warnings(shown, site))]
    parts.append(table(heads, rows))
    if shown.waiting:
        waiting = [[each.content_id, each.title, each.reason or "taken out by people"] for each in shown.waiting]
        parts.append(table([">id", "~title", "why"], waiting, title=f"No date yet: {shown.waiting_count:,}"))
    return Group(*parts)


def warnings(shown: Agenda, site: Site) -> list[str]:
    """What keeps articles from going out at their slots, whatever period is shown."""
    found = [] if shown.publishes_by_itself else ["Automatic publishing is off: nothing goes out by itself."]
    if shown.overdue_since is not None:
        number = "1 article is" if shown.overdue_count == 1 else f"{shown.overdue_count:,} articles are"
        found.append(f"{number} overdue, since {local(shown.overdue_since, site)}.")
    return found


@app.command("schedule")
def schedule(
    site: SiteArgument,
    article: ArticleArgument,
    at: Annotated[str, typer.Option(help=f"{TIME} The next free slot where left out.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Give an approved article without a date the next free slot, or this time.

    Example: igny8 publishing schedule blog 12 --at "2026-12-01 09:00"
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        instant = parse_time(at, found.timezone) if at else None
        outcome = calendar.schedule(session, found, article, instant)
    told_dates(outcome, found, article, as_json=as_json)


def told_dates(outcome: Scheduled, site: Site, article: int, *, as_json: bool) -> None:
    """Say which date the article has, or why it has none."""
    given, reason = outcome.given.get(article), outcome.without.get(article)
    document = {"article": article, "at": given.isoformat() if given else None, "reason": reason}
    sentence = f"Article {article} goes out at {local(given, site)}." if given else f"Article {article}: {reason}"
    show(document, as_json=as_json, text=lambda: sentence)


@app.command("move")
def move(
    site: SiteArgument,
    article: ArticleArgument,
    at: Annotated[str, typer.Argument(help=TIME)],
    as_json: JsonOption = False,
) -> None:
    """Move a scheduled article to a free time.

    Example: igny8 publishing move blog 12 "2026-12-01 09:00"
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        after = parse_time(at, found.timezone)
        before = calendar.move(session, found, article, after)
    document = {"article": article, "before": before.isoformat(), "at": after.isoformat()}
    sentence = f"Article {article} moved from {local(before, found)} to {local(after, found)}."
    show(document, as_json=as_json, text=lambda: sentence)


@app.command("unschedule")
def unschedule(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """Take an article out of the calendar; it stays approved and gets no date by itself.

    Example: igny8 publishing unschedule blog 12
    """
    with open_sessions().begin() as session:
        before = calendar.unschedule(session, site_by_slug(session, site), article)
    document = {"article": article, "before": before.isoformat() if before else None}
    show(document, as_json=as_json, text=lambda: f"Article {article} has no date any more.")


@app.command("shift", context_settings={"ignore_unknown_options": True})
def shift(
    site: SiteArgument,
    days: Annotated[int, typer.Argument(help="How many days later; -1 is a day earlier.")],
    as_json: JsonOption = False,
) -> None:
    """Move all scheduled articles by days, at the same times of day: all or none.

    Example: igny8 publishing shift blog 7
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        changes = shift_all(session, found, days)
    show_changes(changes, found, "moved", as_json=as_json)


@app.command("spread")
def spread(
    site: SiteArgument,
    write: Annotated[bool, typer.Option("--write", help="Do it; otherwise it is only shown.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what giving all scheduled articles new slots by the settings of now would change; with --write do it.

    Example: igny8 publishing spread blog --write
    """
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        changes = spread_anew(session, found, dry_run=not write)
    show_changes(changes, found, "spread anew" if write else "would be spread anew: --write does it", as_json=as_json)


def show_changes(changes: Sequence[Change], site: Site, done: str, *, as_json: bool) -> None:
    """Before and after of each article."""
    document = [vars(each) | {"before": stamp(each.before), "after": stamp(each.after)} for each in changes]
    show(document, as_json=as_json, text=lambda: changes_view(changes, site, done))


def changes_view(changes: Sequence[Change], site: Site, done: str) -> Table | str:
    """A row for each date that is another one, or a sentence where there is none."""
    moved = [each for each in changes if each.before != each.after]
    if not changes:
        return f"No article of site {site.slug} has a date: nothing changes."
    if not moved:
        return f"All {len(changes):,} dates of site {site.slug} stay as they are."
    rows = [[each.content_id, each.title, day(each.before, site), day(each.after, site)] for each in moved]
    number = "1 article" if len(rows) == 1 else f"{len(rows):,} articles"
    title = f"{number} {done} (times of {site.timezone})"
    return table([">id", "~title", "=before", "=after"], rows, title=title)


def stamp(at: datetime | None) -> str | None:
    """An instant in a document."""
    return at.isoformat() if at else None


def day(at: datetime | None, site: Site) -> str:
    """A date in a table, in the site's zone."""
    return f"{at.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M}" if at else "none: no free slot"


publications.register(app)
