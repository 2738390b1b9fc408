"""What the calendar's page shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from igny8_lib.models import PublishingSettings, SchedulingMode, Site
from igny8_lib.publishing.agenda import Agenda, Period, Waiting, agenda, preview
from igny8_lib.publishing.due import was_missed
from igny8_lib.publishing.wall_clocks import as_exact
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.calendar.entries import NAMES, Entry, Show, entry_of, free_entry
from igny8_web.pages.calendar.span import DAY, VIEWS, Span, View
from igny8_web.pages.tables import Choice, Listing, choices
from igny8_web.pages.words import moment

MOST_A_DAY = {View.MONTH: 5, View.WEEK: 40}
"""Entries that a day shows; its others are on the week, and in the list."""
MOST_IN_LIST = 300
OFFERED = 10
"""Free slots to choose from beside an article without a date."""
MOST_WAITING = 20
TAKEN_OUT = "Taken out of the calendar: it gets a date when somebody gives it one."
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """One day; `progress` says 2 of 3, empty where there is no target."""

    date: date
    entries: Sequence[Entry]
    more: int
    is_past: bool
    is_today: bool
    is_other: bool
    """Of another month."""
    is_first: bool
    """That is shown."""
    progress: str

    @property
    def label(self) -> str:
        """26, or 1 Dec where a month begins or the calendar does."""
        return f"{self.date.day} {self.date:%b}" if self.is_first or self.date.day == 1 else str(self.date.day)

    @property
    def name(self) -> str:
        """Thursday 26 November."""
        return f"{self.date:%A} {self.date.day} {self.date:%B}"


@dataclass(frozen=True)
class Week:
    """A row of the calendar."""

    number: int
    days: Sequence[Day]
    progress: str


@dataclass(frozen=True)
class Offered:
    """A free slot to choose: what a form sends, and what people read."""

    exact: str
    words: str


@dataclass(frozen=True)
class CalendarView:
    """A period of the site's calendar."""

    slug: str
    name: str
    zone: str
    may_write: bool
    may_manage: bool
    span: Span
    show: Show
    today: date
    agenda: Agenda
    weeks: Sequence[Week]
    entries: Sequence[Entry]
    """Those that are shown, by time."""
    counts: Mapping[str, int]
    offered: Sequence[Offered]
    at_once: bool
    """Whether articles go out as soon as they are approved: then there are no slots to keep free."""

    @property
    def listing(self) -> Listing:
        """The address of what one sees."""
        return Listing(
            f"sites/{self.slug}/calendar",
            {
                "view": "" if self.span.view is View.MONTH else self.span.view.value,
                "day": "" if self.span.day == self.today else self.span.day.isoformat(),
                "show": self.show.value,
            },
        )

    @property
    def views(self) -> list[Choice]:
        """Week, month, list; the month is what an address without a view shows."""
        return choices(("" if view is View.MONTH else view.value, name) for view, name in VIEWS)

    @property
    def shows(self) -> list[Choice]:
        """The filter with its counts."""
        return [Choice(show.value, name, self.counts[show.value] if show else None) for show, name in NAMES.items()]

    @property
    def coming(self) -> Sequence[Entry]:
        """Those of the list from today on; the others are told by number."""
        return [entry for entry in self.entries if entry.day >= self.today][:MOST_IN_LIST]

    @property
    def earlier(self) -> Sequence[Entry]:
        """Those of the days before today, the latest first."""
        past = [entry for entry in self.entries if entry.day < self.today]
        return past[::-1][: MOST_IN_LIST - len(self.coming)]

    @property
    def hidden(self) -> int:
        """How many are in neither list."""
        return len(self.entries) - len(self.coming) - len(self.earlier)

    @property
    def has_weekends(self) -> bool:
        """Whether anything stands on a Saturday or a Sunday: else these days are narrow."""
        return any(entry.day.weekday() > 4 for entry in self.entries)

    @property
    def failed(self) -> Sequence[Entry]:
        """What could not go live in this period."""
        found = [entry_of(item, self.zone) for item in self.agenda.items]
        return [entry for entry in found if entry.kind is Show.FAILED]

    @property
    def waiting(self) -> Sequence[tuple[str, Sequence[Waiting]]]:
        """The first of those without a date, by why they have none: most of them wait for the same."""
        by_reason: defaultdict[str, list[Waiting]] = defaultdict(list)
        for each in self.agenda.waiting[:MOST_WAITING]:
            by_reason[each.reason or TAKEN_OUT].append(each)
        return list(by_reason.items())

    @property
    def most_waiting(self) -> int:
        """How many of them are shown."""
        return MOST_WAITING

    @property
    def missed_since(self) -> datetime | None:
        """The earliest slot that is past by more than publishers need; None where none is."""
        since = self.agenda.overdue_since
        return since if since is not None and was_missed(since, self.agenda.now) else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing has a date, had one, or waits for one."""
        return not self.agenda.items and not self.agenda.waiting and not self.agenda.scheduled_count

    @property
    def targets(self) -> Sequence[tuple[str, str]]:
        """How far the targets of the day's month, and of this week and today, are met."""
        wanted = (
            ("today", Period.DAY, self.today),
            ("this week", Period.WEEK, self.today - DAY * self.today.weekday()),
            (f"{self.span.day:%B}", Period.MONTH, self.span.day.replace(day=1)),
        )
        told = progress_by_start(self.agenda)
        return [(name, words) for name, period, start in wanted if (words := told.get((period, start)))]


def view_of(session: Session, site: Site, person: Person, span: Span, show: Show) -> CalendarView:
    """The view of a span of days."""
    found = agenda(session, site, span.first, span.last)
    settings = session.get_one(PublishingSettings, site.id)
    every = sorted(
        [entry_of(item, site.timezone) for item in found.items] + [free_entry(at, site.timezone) for at in found.free],
        key=lambda entry: entry.at,
    )
    shown = [entry for entry in every if not show or entry.kind is show]
    today = found.now.astimezone(ZoneInfo(site.timezone)).date()
    may_write = may(person, Action.WRITE_CONTENT)
    return CalendarView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        may_write=may_write,
        may_manage=may(person, Action.MANAGE),
        span=span,
        show=show,
        today=today,
        agenda=found,
        weeks=[] if span.view is View.LIST else weeks_of(found, shown, span, today),
        entries=shown,
        counts=Counter(entry.kind.value for entry in every),
        offered=offer(session, site, OFFERED) if may_write else [],
        at_once=settings.scheduling_mode is SchedulingMode.IMMEDIATE,
    )


def offer(session: Session, site: Site, count: int) -> list[Offered]:
    """The next free slots to choose from, in the site's zone."""
    slots = preview(session, site, session.get_one(PublishingSettings, site.id), count)
    return [offered(at, site.timezone) for at in slots]


def offered(at: datetime, zone: str) -> Offered:
    """One of them."""
    return Offered(as_exact(at, zone), moment(at, zone))


def weeks_of(found: Agenda, shown: Sequence[Entry], span: Span, today: date) -> list[Week]:
    """The rows of the table: each day in its place, in whole weeks."""
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in shown:
        by_day[entry.day].append(entry)
    told, most = progress_by_start(found), MOST_A_DAY[span.view]

    def day_of(day: date) -> Day:
        entries = by_day[day]
        cut = len(entries) > most
        return Day(
            day,
            entries[: most - 1] if cut else entries,
            len(entries) - most + 1 if cut else 0,
            day < today,
            day == today,
            span.view is View.MONTH and day.month != span.day.month,
            day == span.first,
            told.get((Period.DAY, day), ""),
        )

    mondays = [span.first + WEEK * row for row in range((span.last - span.first).days // 7 + 1)]
    return [
        Week(
            start.isocalendar().week, [day_of(start + DAY * at) for at in range(7)], told.get((Period.WEEK, start), "")
        )
        for start in mondays
    ]


def progress_by_start(found: Agenda) -> dict[tuple[Period, date], str]:
    """2 of 3, by period and its first day, where there is a target."""
    return {(each.period, each.starts): f"{each.count} of {each.target}" for each in found.progress if each.target}
