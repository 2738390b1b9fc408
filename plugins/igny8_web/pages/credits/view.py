"""What the credits page shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits import standing
from igny8_lib.credits.article_costs import ArticleCost, article_costs
from igny8_lib.credits.replenishment import month_of
from igny8_lib.credits.standing import Grant, Hold, Standing
from igny8_lib.credits.usage import Grouping, Period, charged_by
from igny8_lib.models import Account, AccountStatus
from igny8_lib.sites.access import Person, sees_all_sites
from igny8_web.pages.charts import Chart, chart_of
from igny8_web.pages.credits.sites import SitesUsed, usage_of_sites
from igny8_web.pages.operations import parts_by_operation
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.words import NO_BREAK, credits_, plural

ARTICLES = 8


@dataclass(frozen=True)
class Article:
    """One article with the parts of its cost."""

    cost: ArticleCost
    parts: Sequence[Part]

    @property
    def in_words(self) -> str:
        """The parts for who does not see the bar."""
        return ", ".join(f"{part.name} {part.value}" for part in self.parts) or "nothing charged"


@dataclass(frozen=True)
class CreditsView:
    """The account at this instant. `whole` says whether the person sees all of it."""

    slug: str
    name: str
    plan: str
    """With its monthly credits; empty where there is none."""
    suspended: bool
    whole: bool
    standing: Standing
    holds: Sequence[Hold]
    grant: Grant | None
    today: date
    days: Mapping[date, Credits]
    pace: Credits | None
    operations: Sequence[Part]
    sites: SitesUsed
    articles: Sequence[Article]
    older: int | None
    """The article that the next page goes on after; None on the last one."""

    @property
    def month(self) -> str:
        """November."""
        return f"{self.today:%B}"

    @property
    def used(self) -> Credits:
        """Of this month, net of refunds."""
        return total(self.days, self.today.replace(day=1), self.today)

    @property
    def comparison(self) -> str:
        """This month beside the same days of the one before."""
        before = self.today.replace(day=1) - timedelta(days=1)
        until = before.replace(day=min(before.day, self.today.day))
        then = total(self.days, before.replace(day=1), until)
        if then <= ZERO:
            return f"nothing by this day of {before:%B}"
        change = 100 * (self.used.hundredths - then.hundredths) / then.hundredths
        return f"{credits_(then)} by this day of {before:%B} ({change:+.0f}{NO_BREAK}%)"

    @property
    def lasts(self) -> str:
        """About 29 days; a dash where nobody can say."""
        left = standing.days_left(self.standing.available, self.pace)
        return "–" if left is None else "less than a day" if left == 0 else f"about {plural(left, 'day')}"

    @property
    def lasts_why(self) -> str:
        """What that rests on, and whether the next grant comes first."""
        left = standing.days_left(self.standing.available, self.pace)
        if left is None:
            return "unknown: it takes three whole days of use"
        said = f"at {credits_(self.pace)} credits a day"
        if self.grant is None:
            return said
        enough = self.today + timedelta(days=left) >= self.grant.at.date()
        return f"{said}, {'beyond' if enough else 'not up to'} the next grant"

    @property
    def balance_parts(self) -> list[Part]:
        """Used this month, reserved, available: one bar."""
        used = max(self.used, ZERO)
        reserved, available = self.standing.reserved, self.standing.available
        named = (("f3", "used this month", used), ("warn", "reserved", reserved), ("f1", "available", available))
        return parts_of((kind, name, credits_(amount), amount.hundredths) for kind, name, amount in named)

    @property
    def chart(self) -> Chart:
        """This month by day."""
        first = self.today.replace(day=1)
        shown = {day: amount for day, amount in self.days.items() if day >= first}
        return chart_of(shown, first, self.today)

    @property
    def day_summary(self) -> str:
        """426 a day on average, most on 12 Nov: 692."""
        shown = self.chart.columns
        most = max(shown, key=lambda column: column.amount.hundredths)
        average = Credits(max(self.used, ZERO).hundredths // len(shown))
        return f"{credits_(average)} a day on average, most on {most.day.day} {most.day:%b}: {credits_(most.amount)}"

    @property
    def runs_that_hold(self) -> str:
        """By 2 runs and work outside of runs."""
        if not self.holds:
            return "nothing is in work"
        runs = len({(hold.site, hold.run_number) for hold in self.holds if hold.run_id})
        outside = any(hold.run_id is None for hold in self.holds)
        named = [plural(runs, "run")] * bool(runs) + ["work outside of runs"] * outside
        return f"by {' and '.join(named)}"


def total(days: Mapping[date, Credits], first: date, last: date) -> Credits:
    """The credits of the days, both included."""
    return Credits.total(amount for day, amount in days.items() if first <= day <= last)


def view_of(session: Session, account: Account, person: Person, now: datetime, before: int | None) -> CreditsView:
    """All of it; editors and viewers are told of the sites that they were given. A fixed number of statements."""
    whole = sees_all_sites(person)
    today = now.astimezone(UTC).date()
    month = Period(datetime.combine(month_of(now), datetime.min.time(), UTC))
    since = min(month_of(now) - timedelta(days=1), today - standing.LOOKED_BACK).replace(day=1)
    days = charged_by(
        session, account.id, Grouping.DAY, period=Period(datetime.combine(since, datetime.min.time(), UTC))
    )
    costs = article_costs(session, account.id, before=before, limit=ARTICLES + 1)
    shown = costs[:ARTICLES]
    return CreditsView(
        slug=account.slug,
        name=account.name,
        plan=f"{account.plan.name}, {credits_(account.plan.monthly_credits)} credits a month" if account.plan else "",
        suspended=account.status is AccountStatus.SUSPENDED,
        whole=whole,
        standing=standing.standing_of(session, account.id),
        holds=standing.holds_of(session, account.id),
        grant=standing.next_grant(account, now),
        today=today,
        days=days,
        pace=standing.pace_of(days, now),
        operations=parts_by_operation(charged_by(session, account.id, Grouping.OPERATION, period=month)),
        sites=usage_of_sites(session, account.id, charged_by(session, account.id, Grouping.SITE, period=month)),
        articles=[Article(cost, parts_by_operation(cost.by_operation)) for cost in shown],
        older=shown[-1].content_id if len(costs) > ARTICLES else None,
    )
