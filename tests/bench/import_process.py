"""An import in a process of its own, so that its memory is its own and it can be killed; it tells what it took."""

from __future__ import annotations

import multiprocessing
import resource
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from pydantic import SecretStr

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.publishing.importing import state
from igny8_lib.publishing.importing.passes import work
from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from tests.statements import statements_on

spawn = multiprocessing.get_context("spawn")
PATIENCE = 7_200.0


@dataclass(frozen=True)
class Job:
    """Which site is imported from where."""

    database: str
    site_id: int
    url: str
    username: str
    password: str


class Counting(WordPress):
    """A client that counts its requests for posts."""

    pages = 0

    def call(self, method: str, path: str, params: dict[str, Any], **request: Any) -> Answer:
        self.pages += path == "/wp/v2/posts"
        return super().call(method, path, params, **request)


class Importing:
    """The process; a pass over everything is asked for where `afresh`, else the one under way goes on."""

    def __init__(self, job: Job, *, afresh: bool = True) -> None:
        self._mine, theirs = spawn.Pipe()
        self.process = spawn.Process(target=import_once, args=(job, theirs, afresh))

    def start(self) -> Self:
        """Let it work."""
        self.process.start()
        return self

    @cached_property
    def figures(self) -> dict[str, Any]:
        """What it took, when it is done."""
        if not self._mine.poll(PATIENCE):
            raise TimeoutError("the import does not end")
        told: dict[str, Any] = self._mine.recv()
        self.process.join()
        return told


def import_once(job: Job, told: Any, afresh: bool) -> None:  # noqa: FBT001 - a process takes no names
    """Work until the pass is over, then tell: state, counts, pages, statements, seconds, peak in MB."""
    engine = make_engine(job.database)
    sessions = session_factory(engine, PLATFORM)
    with sessions.begin() as session:
        state.ask(session, job.site_id, full=afresh)
    connection = WordPressConnection(job.url, job.username, SecretStr(job.password))
    began = time.perf_counter()
    with Counting(connection, allow_private=True) as website, statements_on(engine) as statements:
        done = work(sessions, website, job.site_id, seconds=PATIENCE)
    told.send(
        {
            "state": done["state"],
            "error": done["error"],
            "counts": done["counts"],
            "pages": website.pages,
            "statements": len(statements),
            "seconds": time.perf_counter() - began,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
    engine.dispose()
