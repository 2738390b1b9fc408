"""Publishers that are killed by SIGKILL, at a boundary that is counted: real processes, real locks."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import PublishingSettings, Site
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.publishing.target import Article, Post, Steps
from igny8_lib.site_builder.deploying.places import Chosen, Place, Places
from igny8_lib.site_builder.releases.target import Target
from igny8_lib.site_builder.showing.target import BuiltSiteTarget
from igny8_lib.site_builder.stored import Store
from tests.dead_processes import mortal, wait_until_gone
from tests.lib.publishing.static_site import StaticSites

fork = multiprocessing.get_context("fork")


@dataclass
class Boundaries:
    """Counts what is passed, and dies at the chosen one."""

    dies_at: int
    passed: int = 0

    def cross(self) -> None:
        self.passed += 1
        if self.passed == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class MortalStore:
    """A media store that may be the last thing a publisher reads or writes."""

    store: Store
    boundaries: Boundaries

    def write(self, name: str, content: bytes) -> str:
        self.boundaries.cross()
        return self.store.write(name, content)

    def remove(self, name: str) -> None:
        self.boundaries.cross()
        self.store.remove(name)

    def read(self, name: str) -> bytes:
        self.boundaries.cross()
        return self.store.read(name)


@dataclass(frozen=True)
class MortalSteps:
    """Steps whose traces may be the last thing a publisher keeps."""

    steps: Steps
    boundaries: Boundaries

    @property
    def mark(self) -> str:
        return self.steps.mark

    def trace(self, name: Any) -> dict[str, Any]:
        return self.steps.trace(name)

    def keep(self, name: Any, trace: dict[str, Any]) -> None:
        self.boundaries.cross()
        self.steps.keep(name, trace)
        self.boundaries.cross()


class MortalFolder:
    """The site's folder, of whose files each may be the last that a publisher writes."""

    def __init__(self, folder: Target, boundaries: Boundaries) -> None:
        self.folder, self.boundaries = folder, boundaries

    def __getattr__(self, name: str) -> Any:
        return getattr(self.folder, name)

    def switch(self, version: int) -> None:
        self.boundaries.cross()
        self.folder.switch(version)
        self.boundaries.cross()

    def replace(self, version: int, path: str, data: bytes | None) -> None:
        self.boundaries.cross()
        self.folder.replace(version, path, data)


@dataclass(frozen=True)
class MortalPlaces(Places):
    """Where the sites are, in folders that publishers may die at."""

    boundaries: Boundaries = field(default_factory=lambda: Boundaries(0))

    def place_of(self, site: Site, settings: Chosen | None) -> Place:
        place = super().place_of(site, settings)
        return replace(place, target=MortalFolder(place.target, self.boundaries))


@dataclass(frozen=True)
class MortalTarget(BuiltSiteTarget):
    """A built website, between whose steps a publisher may die: before each, and after it, before it is recorded."""

    boundaries: Boundaries = field(default_factory=lambda: Boundaries(0))

    def between(self, work: Callable[[], Any]) -> Any:
        self.boundaries.cross()
        result = work()
        self.boundaries.cross()
        return result

    def media(self, article: Article, steps: Steps) -> Any:
        return self.between(lambda: super(MortalTarget, self).media(article, steps))

    def terms(self, article: Article, steps: Steps) -> Any:
        return self.between(lambda: super(MortalTarget, self).terms(article, steps))

    def post(self, article: Article, steps: Steps) -> Any:
        return self.between(lambda: super(MortalTarget, self).post(article, MortalSteps(steps, self.boundaries)))

    def put(self, *given: Any) -> Any:
        return self.between(lambda: super(MortalTarget, self).put(*given))

    def seo(self, article: Article, post: Post, steps: Steps) -> Any:
        return self.between(lambda: super(MortalTarget, self).seo(article, post, steps))

    def live(self, article: Article, post: Post, steps: Steps) -> Any:
        return self.between(lambda: super(MortalTarget, self).live(article, post, steps))


def publish_and_die(database_url: str, sites: StaticSites, dies_at: int) -> bool:
    """Run a publisher in a process that dies at this boundary; whether it came so far."""
    process = fork.Process(target=publish, args=(database_url, sites, Boundaries(dies_at)))
    process.start()
    process.join(120)
    wait_until_gone(database_url)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


def publish(database_url: str, sites: StaticSites, boundaries: Boundaries) -> None:
    """The life of a publisher."""
    engine = make_engine(mortal(database_url), pool_size=2)
    sessions = session_factory(engine, PLATFORM)
    known, store = sites.working_with(sessions), MortalStore(sites.media, boundaries)

    @contextmanager
    def target_of(site: Site, settings: PublishingSettings) -> Iterator[MortalTarget]:
        boundaries.cross()
        given = (sessions, MortalPlaces(**vars(known.places), boundaries=boundaries), store, site)
        yield MortalTarget(*given, settings.image_format, boundaries=boundaries)

    Publisher(sessions, target_of, store).work()
    engine.dispose()
