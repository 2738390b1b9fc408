"""(i) Importing WordPress content from a real WordPress: posts in a second, statements of a page of a hundred, the
process's memory at its highest, which does not grow with the posts, and going on after a kill in the middle."""

from __future__ import annotations

import time

from sqlalchemy import func, select

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import Content
from tests.bench.database import bench_database
from tests.bench.import_process import Importing, Job
from tests.bench.report import Report
from tests.factories.sites import make_site
from tests.session_folder import wordpress_folder
from tests.wordpress_server import Switches, WordPressServer, WordPressServers

POSTS = (1_000, 10_000)
PARAGRAPH = (
    "<!-- wp:paragraph -->\n<p>" + "Tea is a drink that people make of leaves. " * 12 + "</p>\n<!-- /wp:paragraph -->\n"
)
CONTENT = PARAGRAPH * 12
"""Of a post: 7 kB."""


def main() -> None:
    """Import each number of posts twice: all are new, then all are known; then kill one in the middle."""
    report, servers = Report("WordPress import"), WordPressServers(wordpress_folder())
    try:
        with bench_database() as url:
            sessions = session_factory(make_engine(url), PLATFORM)
            for posts in POSTS:
                server = servers.get(Switches())
                server.add_posts(posts, post_content=CONTENT)
                job = job_of(sessions, url, server)
                for name in ("new", "known"):
                    add(report, name, posts, Importing(job).start())
            kill_in_the_middle(report, sessions, job_of(sessions, url, server), POSTS[-1])
    finally:
        servers.stop()
    report.show()


def job_of(sessions: Sessions, url: str, server: WordPressServer) -> Job:
    """A new site that imports the website."""
    with sessions.begin() as session:
        site_id = make_site(session).id
    connection = server.connection()
    return Job(url, site_id, connection.url, connection.username, connection.password.get_secret_value())


def add(report: Report, name: str, posts: int, importing: Importing) -> None:
    """The figures of an import that ends."""
    told = importing.figures
    report.add(
        f"wordpress_import_{name}",
        posts=posts,
        counts={key: value for key, value in told["counts"].items() if value},
        seconds=round(told["seconds"], 1),
        posts_per_second=round(posts / told["seconds"]),
        pages=told["pages"],
        statements_per_page=round(told["statements"] / told["pages"], 1),
        peak_mb=round(told["peak_mb"]),
    )


def kill_in_the_middle(report: Report, sessions: Sessions, job: Job, posts: int) -> None:
    """SIGKILL when half of the posts are stored; another process goes on."""
    first = Importing(job).start()
    while stored(sessions, job)[0] < posts // 2:
        time.sleep(0.2)
    first.process.kill()
    first.process.join()
    before, second = stored(sessions, job)[0], Importing(job, afresh=False).start()
    pages, (rows, different) = second.figures["pages"], stored(sessions, job)
    report.add("wordpress_import_killed", stored_before=before, pages_after=pages, rows=rows, different=different)


def stored(sessions: Sessions, job: Job) -> tuple[int, int]:
    """Imported articles of the site, and of how many posts they are."""
    query = select(func.count(), func.count(Content.external_id.distinct())).where(Content.site_id == job.site_id)
    with sessions() as session:
        rows, different = session.execute(query).one()
        return rows, different


if __name__ == "__main__":
    main()
