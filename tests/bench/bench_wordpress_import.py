"""(i) Importing WordPress content: posts in a second, statements, and the process's memory at its highest, which does
not grow with the posts."""

from __future__ import annotations

import resource
import time

from pydantic import SecretStr

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.publishing.importing import state
from igny8_lib.publishing.importing.passes import work
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.bench.wordpress_posts import website
from tests.factories.sites import make_site
from tests.statements import statements_on

POSTS = (1_000, 10_000)
PATIENCE = 3_600


def main() -> None:
    """Import each number of posts twice: all are new, then all are known."""
    report = Report("WordPress import")
    with bench_database() as url:
        engine = make_engine(url)
        sessions = session_factory(engine, PLATFORM)
        for posts in POSTS:
            with sessions.begin() as session:
                site_id = make_site(session).id
            with website(posts) as address:
                connection = WordPressConnection(address, "bench", SecretStr("bench"))
                for name in ("new", "known"):
                    with sessions.begin() as session:
                        state.ask(session, site_id, full=True)
                    began, cpu = time.perf_counter(), time.process_time()
                    with WordPress(connection, allow_private=True) as client, statements_on(engine) as statements:
                        done = work(sessions, client, site_id, seconds=PATIENCE)
                    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
                    report.add(
                        f"wordpress_import_{name}",
                        posts=posts,
                        counts=done["counts"],
                        seconds=round(seconds, 1),
                        posts_per_second=round(posts / seconds),
                        posts_per_cpu_second=round(posts / cpu),
                        statements=len(statements),
                        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                    )
        engine.dispose()
    report.show()


if __name__ == "__main__":
    main()
