"""Publishers in processes of their own, to be killed.

They are forked off a process that has imported everything already: a publisher that starts within milliseconds can be
killed fifty times.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx
from pydantic import SecretStr

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import PublishingSettings, Site
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.publishing.targets.wordpress import WordPressTarget
from igny8_lib.tls import believed
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from tests.dead_processes import mortal

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
believed(httpx.create_ssl_context)  # read before the forks, which have it then


@dataclass(frozen=True)
class Work:
    """Where a publisher finds what is due, and the website."""

    database: str
    media: Path
    url: str
    login: str
    password: str

    def start(self) -> ForkServerProcess:
        """A publisher in a process of its own."""
        process = FORKS.Process(target=self.do)
        process.start()
        return process

    def do(self) -> None:
        """Publish what is due."""

        @contextmanager
        def target_of(_: Site, settings: PublishingSettings) -> Iterator[WordPressTarget]:
            connection = WordPressConnection(self.url, self.login, SecretStr(self.password))
            with WordPress(connection, allow_private=True) as wordpress:
                yield WordPressTarget.of(wordpress, settings, media)

        media = Media(self.media)
        engine = make_engine(mortal(self.database))
        Publisher(session_factory(engine, PLATFORM), target_of, media).work()
        engine.dispose()
