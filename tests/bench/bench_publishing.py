"""What exactly-once costs: a publication beside the bare writes and the bare request, and a thousand at once.

The plainest alternative renders the page, writes its files, and fetches it, as the static target does; what is on top
is finding, claiming, locking and recording. Both run in the same minute on the same machine. On a real WordPress what
is on top is told beside the time that its answers take.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import Content, Publication, PublicationStatus, PublishingSettings, Site
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing.articles import read_article, with_digests
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.publishing.targets.wordpress import WordPressTarget
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.sites import make_site
from tests.lib.publishing.drain import drain
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, served
from tests.session_folder import wordpress_folder
from tests.statements import statements_on
from tests.wordpress_server import Switches, WordPressServers

ONE_BY_ONE = 100
"""Articles with two pictures each, published by one publisher."""
SITES, EACH, WORKERS = 100, 10, 8
ON_WORDPRESS = 20
LOOKS = 50


@dataclass
class LooseSteps:
    """A record that nobody keeps."""

    mark: str
    traces: dict[Any, dict[str, Any]] = field(default_factory=dict)

    def trace(self, name: Any) -> dict[str, Any]:
        """What was kept in this process."""
        return self.traces.get(name, {})

    def keep(self, name: Any, trace: dict[str, Any]) -> None:
        """Keep it in this process."""
        self.traces[name] = trace


def main() -> None:
    """Print the figures."""
    report = Report("Publishing")
    with bench_database() as url, tempfile.TemporaryDirectory() as folder:
        price_of_exactly_once(report, url, Path(folder) / "one")
        many_at_once(report, url, Path(folder) / "many")
        on_wordpress(report, url, Path(folder) / "wordpress")
    report.show()


def price_of_exactly_once(report: Report, url: str, folder: Path) -> None:
    """Milliseconds per article: by the publisher, and by the target's bare calls."""
    sessions = session_factory(make_engine(url), PLATFORM)
    with served(folder, sessions) as sites:
        with sessions.begin() as session:
            plain, _ = (fill(session, sites, name) for name in ("plain", "safe"))
        bare = seconds_of(lambda: publish_bare(sessions(), sites, plain))
        session_of_safe = sites.publisher(sessions)
        with sessions.begin() as session:  # the plain site's articles are out already, without a record
            session.get_one(PublishingSettings, plain).auto_publish_enabled = False
        published = seconds_of(lambda: session_of_safe.work(seconds=3600))
    report.add(
        "one_publisher",
        articles=ONE_BY_ONE,
        milliseconds_per_article=round(1000 * published / ONE_BY_ONE, 1),
        bare_milliseconds=round(1000 * bare / ONE_BY_ONE, 1),
        overhead_milliseconds=round(1000 * (published - bare) / ONE_BY_ONE, 1),
    )


def fill(session: Session, sites: StaticSites, slug: str) -> int:
    """A site whose articles are all due; its number."""
    site = make_static_site(session, slug=slug)
    for number in range(ONE_BY_ONE):
        make_due(session, site, sites.media, ago=timedelta(seconds=60 + number))
    return site.id


def publish_bare(session: Session, sites: StaticSites, site_id: int) -> None:
    """The target's calls and nothing else."""
    with session:
        site, settings = session.get_one(Site, site_id), session.get_one(PublishingSettings, site_id)
        with sites.target_of(site, settings) as target:
            for content in session.scalars(select(Content).where(Content.site_id == site_id)).all():
                article = with_digests(read_article(session, site, content), sites.media)
                steps = LooseSteps(f"{content.id:032x}")
                steps.keep("media", target.media(article, steps))
                target.live(article, target.post(article, steps), steps)


def many_at_once(report: Report, url: str, folder: Path) -> None:
    """Eight publishers drain a thousand articles of a hundred sites; and one look at what is due among them."""
    engine = make_engine(url)
    with served(folder) as sites:
        with session_factory(engine, PLATFORM).begin() as session:
            for _ in range(SITES):
                site = make_static_site(session)
                for number in range(EACH):
                    make_due(session, site, ago=timedelta(seconds=60 + number))
        with session_factory(engine, PLATFORM)() as session:
            look = seconds_of(lambda: [find_due(session, clock.now()) for _ in range(LOOKS)]) / LOOKS
        counts: dict[str, int] = {}
        seconds = seconds_of(lambda: counts.update(drain(url, sites, workers=WORKERS, seconds=3600)))
    engine.dispose()
    report.add(
        "many_publishers",
        workers=WORKERS,
        sites=SITES,
        done=counts["done"],
        articles_per_second=round(counts["done"] / seconds, 1),
        look_milliseconds=round(1000 * look, 1),
    )


def on_wordpress(report: Report, url: str, folder: Path) -> None:
    """One publisher, a real WordPress: requests, statements, and the milliseconds that are not the website's."""
    engine, servers, media = make_engine(url), WordPressServers(wordpress_folder()), Media(folder)
    sessions = session_factory(engine, PLATFORM)
    try:
        website = TimedWebsite(servers.get(Switches()).connection())

        @contextmanager
        def target_of(_: Site, settings: PublishingSettings) -> Iterator[WordPressTarget]:
            with website.client() as client:
                yield WordPressTarget.of(client, settings, media)

        with sessions.begin() as session:
            site = make_site(session)
            for number in range(ON_WORDPRESS):
                make_due(session, site, media, ago=timedelta(seconds=60 + number))
        publisher = Publisher(sessions, target_of, media)
        cpu = time.process_time()
        with statements_on(engine) as statements:
            seconds = seconds_of(lambda: publisher.work(seconds=3600))
        cpu = time.process_time() - cpu
        with sessions() as session:
            published = select(func.count()).where(Publication.status == PublicationStatus.DONE)
            done = session.scalar(published.where(Publication.site_id == site.id)) or 0
    finally:
        servers.stop()
        engine.dispose()
    report.add(
        "on_wordpress",
        articles=done,
        milliseconds_per_article=round(1000 * seconds / ON_WORDPRESS, 1),
        of_that_answers=round(1000 * website.seconds / ON_WORDPRESS, 1),
        overhead_milliseconds=round(1000 * (seconds - website.seconds) / ON_WORDPRESS, 1),
        cpu_milliseconds=round(1000 * cpu / ON_WORDPRESS, 1),
        requests=round(website.requests / ON_WORDPRESS, 1),
        statements=round(len(statements) / ON_WORDPRESS, 1),
    )


@dataclass
class TimedWebsite:
    """A website, and how long its answers took."""

    connection: WordPressConnection
    seconds: float = 0.0
    requests: int = 0

    def client(self) -> WordPress:
        """A client whose exchanges are timed."""
        client = WordPress(self.connection, allow_private=True)
        send = client._exchange.send

        def timed(*given: Any, **named: Any) -> Any:
            began = time.monotonic()
            try:
                return send(*given, **named)
            finally:
                self.seconds += time.monotonic() - began
                self.requests += 1

        client._exchange.send = timed  # type: ignore[method-assign]
        return client


def seconds_of(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
