"""What the history shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.insights.figures import WRITE, RunFigures
from igny8_lib.insights.history import Pagination, count_by_status, history
from igny8_lib.insights.overview import RunStatistics, run_statistics
from igny8_lib.insights.run_figures import last_figures
from igny8_lib.models import RunStatus, Site
from igny8_web.pages.sparks import Spark, spark_of
from igny8_web.pages.stages import Marks, marks
from igny8_web.pages.states import State, state_of
from igny8_web.pages.tables import Choice, Listing, choices
from igny8_web.pages.words import plural

ON_A_PAGE = 25


@dataclass(frozen=True)
class RunRow:
    """One run of the table."""

    figures: RunFigures
    state: State
    marks: Marks

    @property
    def articles(self) -> int:
        """Articles that it wrote."""
        return articles_of(self.figures)


@dataclass(frozen=True)
class RunsView:
    """A page of a site's runs, and how they went lately."""

    slug: str
    name: str
    zone: str
    chosen: RunStatus | None
    rows: Sequence[RunRow]
    page: Pagination
    filters: Sequence[Choice]
    statistics: RunStatistics
    lately: Sequence[RunFigures]
    """The last ten runs that completed and had work, oldest first."""

    @property
    def listing(self) -> Listing:
        """What is shown, as an address."""
        return Listing(f"sites/{self.slug}/runs", {"status": self.chosen.value if self.chosen else ""})

    @property
    def success(self) -> float | None:
        """Percent that completed of those that completed or failed."""
        ended = self.statistics.completed_runs + self.statistics.failed_runs
        return 100 * self.statistics.completed_runs / ended if ended else None

    @property
    def credits(self) -> Spark | None:
        """Credits from run to run."""
        return self.spark([run.credits.hundredths for run in self.lately], "Credits")

    @property
    def articles(self) -> Spark | None:
        """Articles from run to run."""
        return self.spark([articles_of(run) for run in self.lately], "Articles")

    @property
    def seconds(self) -> Spark | None:
        """Time from run to run."""
        return self.spark([run.seconds for run in self.lately], "Time")

    @property
    def articles_per_run(self) -> float | None:
        """On average of these runs."""
        return round(sum(map(articles_of, self.lately)) / len(self.lately), 1) if self.lately else None

    def spark(self, values: Sequence[float], what: str) -> Spark | None:
        """The line of a figure."""
        return spark_of(values, f"{what} of the last {plural(len(values), 'run')} that had work, oldest first")


def articles_of(run: RunFigures) -> int:
    """Articles that it wrote."""
    return run.of(WRITE).created


def view_of(session: Session, site: Site, status: RunStatus | None, page: int) -> RunsView:
    """A page of all runs, or of those that stand there."""
    found = history(session, site, page, ON_A_PAGE, status=status)
    counts = count_by_status(session, site)
    named = {"": sum(counts.values())} | {each.value: number for each, number in counts.items()}
    return RunsView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        chosen=status,
        rows=[row_of(run.figures) for run in found.runs],
        page=found.pagination,
        filters=choices([("", "All"), *((each.value, each.value.capitalize()) for each in RunStatus)], named),
        statistics=run_statistics(session, site),
        lately=list(reversed(last_figures(session, site))),
    )


def row_of(figures: RunFigures) -> RunRow:
    """One row."""
    return RunRow(
        figures,
        state_of(figures.status, figures.stopped_reason),
        marks((each.number, each.status) for each in figures.stages),
    )
