"""(j) Batches of articles: ten thousand analysed in one, with statements of a page and the process's memory."""

from __future__ import annotations

import resource
import time

from sqlalchemy import insert

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.batches.analysing import PAGE
from igny8_lib.batches.listing import show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.work import Worker
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import BatchKind, Content
from igny8_lib.settings import Settings
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.sites import make_site
from tests.statements import statements_on

ARTICLES = 10_000
SECTION = "<h2>When to prune roses, part {0}</h2>" + "".join(
    f"<p>Prune roses in spring, when the frost is over. A sharp knife makes a clean cut {line} mm above a bud, so the "
    "wound heals well and no water stays on it. However, old wood may be taken out whole: it was cut before.</p>"
    for line in range(6)
)
KILO = 1_024


def main() -> None:
    """Open one batch of them and work it in this process."""
    report = Report("Batches")
    with bench_database() as url:
        sessions = session_factory(make_engine(url), PLATFORM)
        site_id, batch_id = fill(sessions)
        before, began = peak_mb(), time.monotonic()
        with statements_on(sessions.kw["bind"].engine) as sent:
            Worker(sessions, lambda: Endpoint.from_settings(Settings())).work_batch(batch_id)
        seconds = time.monotonic() - began
        with sessions() as session:
            shown = show_batch(session, site_id, batch_id)
        report.add(
            "batch_analyze",
            articles=shown.total,
            done=shown.done,
            seconds=round(seconds, 1),
            articles_per_second=round(shown.total / seconds),
            statements_per_page=round(len(sent) / (ARTICLES / PAGE), 1),
            peak_mb=round(peak_mb()),
            peak_mb_before=round(before),
        )
    report.show()


def fill(sessions: Sessions) -> tuple[int, int]:
    """A site of so many articles of 900 words, and a batch of all of them; their numbers."""
    with sessions.begin() as session:
        site = make_site(session)
        for start in range(0, ARTICLES, 500):
            session.execute(insert(Content), [row(site.id, number) for number in range(start, start + 500)])
        batch = open_batch(session, site, BatchKind.ANALYZE, Choice(everything=True), by="bench")
        return site.id, batch.id


def row(site_id: int, number: int) -> dict[str, object]:
    """An article with a text of its own."""
    html = "".join(SECTION.format(number + part) for part in range(4))
    facts = {
        "title": f"When to prune roses {number}",
        "slug": f"prune-roses-{number}",
        "primary_keyword": "prune roses",
    }
    return {"site_id": site_id, "html": html} | facts


def peak_mb() -> float:
    """The process's memory at its highest, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO


if __name__ == "__main__":
    main()
