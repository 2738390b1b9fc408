"""Several people, and processes that die, at the files of one site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site, SiteBuilderSettings
from igny8_lib.pipeline.media import Media
from igny8_lib.site_builder.assets.changing import remove_file
from igny8_lib.site_builder.assets.cleaning import clean, tidy
from igny8_lib.site_builder.assets.listing import list_files
from igny8_lib.site_builder.assets.quota import MB, usage
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.assets.showing import stored_of
from igny8_lib.site_builder.uploads.refusal import Refused
from tests.killing import Countdown, do_and_die
from tests.lib.site_builder.assets.keeping import kept, store_at
from tests.lib.site_builder.uploads.making import picture
from tests.statements import wait_until_one_waits_for_a_lock

Later = Callable[[Callable[[], object]], Future[object]]
THREADS = 8


@pytest.fixture
def later(engine: Engine) -> Iterator[Later]:
    """Does something in another thread; returns once it waits for this one's locks."""
    with ThreadPoolExecutor(1) as pool:

        def begin(work: Callable[[], object]) -> Future[object]:
            future = pool.submit(work)
            wait_until_one_waits_for_a_lock(engine)
            return future

        yield begin


def all_at_once(bring: Callable[[int], object]) -> list[str]:
    """Eight threads bring a file each at the same moment; why some were refused."""
    together = Barrier(THREADS)

    def one(number: int) -> str:
        together.wait(60)
        try:
            bring(number)
        except Refused as refused:
            return refused.reason
        return ""

    with ThreadPoolExecutor(THREADS) as pool:
        return [reason for reason in pool.map(one, range(THREADS)) if reason]


def test_at_the_edge_of_the_quota_as_many_get_in_as_there_is_room_for(
    sessions: Sessions, store: Media, site: Site, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        session.add(SiteBuilderSettings(site_id=site.id, asset_quota_mb=1))

    def bring(number: int) -> None:
        with sessions.begin() as session:
            add_file(session, store, site, f"{number}.txt", b"%d" % number * (300 * 1_000), by="ann")

    reasons = all_at_once(bring)
    assert len(reasons) == THREADS - 3
    assert all("0.1 are left" in reason for reason in reasons)
    with sessions() as session:
        assert usage(session, site.id).bytes == 900 * 1_000 <= MB
        assert kept(tmp_path) == set(stored_of(session, site.id).values())


def test_of_twins_at_once_one_gets_in(sessions: Sessions, store: Media, site: Site) -> None:
    names = ["Oven.png", "oven.PNG", "OVEN.png", "öven.png", "oven.webp", "ｏｖｅｎ.png", "oven.jpg", " oven.png"]

    def bring(number: int) -> None:
        with sessions.begin() as session:
            add_file(session, store, site, names[number], picture(width=30 + number), by="ann")

    reasons = all_at_once(bring)
    assert len(reasons) == THREADS - 1
    assert all('There is a file "oven.webp" already' in reason for reason in reasons)
    with sessions() as session:
        assert usage(session, site.id).files == 1


def test_the_same_content_brought_again_while_it_is_removed_is_there(
    sessions: Sessions, store: Media, site: Site, later: Later
) -> None:
    """The second upload waits for the removal; what cleans up afterwards sees its row."""

    def again() -> object:
        with sessions.begin() as session:
            return add_file(session, store, site, "b.txt", b"the same", by="bob")

    with sessions.begin() as session:
        asset = add_file(session, store, site, "a.txt", b"the same", by="ann")
    with sessions.begin() as session:
        stored = remove_file(session, site.id, asset.id, by="ann")
        waiting = later(again)
    waiting.result(60)
    assert clean(sessions, store, site.id, stored) == 0
    with sessions() as session:
        assert store.read(stored_of(session, site.id)["assets/documents/b.txt"]) == b"the same"


def test_cleaning_waits_for_an_upload_that_has_kept_its_bytes_already(
    sessions: Sessions, store: Media, site: Site, later: Later, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        add_file(session, store, site, "a.txt", b"new", by="ann")
        waiting = later(lambda: tidy(sessions, store))
        assert len(kept(tmp_path)) == 1
    assert waiting.result(60) == 0
    assert len(kept(tmp_path)) == 1


class Deadly:
    """A store whose process dies before or after one of its writes."""

    def __init__(self, store: Media, dies_at: int) -> None:
        self.store, self.countdown = store, Countdown(dies_at)

    def write(self, name: str, content: bytes) -> str:
        """Write, or die."""
        self.countdown()
        self.store.write(name, content)
        self.countdown()
        return name

    def read(self, name: str) -> bytes:
        """As the store does."""
        return self.store.read(name)

    def remove(self, name: str) -> None:
        """As the store does."""
        self.store.remove(name)


@pytest.mark.parametrize(("dying", "deaths"), [("at a write", 4), ("at the commit", 2)])
def test_whoever_dies_while_bringing_a_file_leaves_a_whole_one_or_none(  # noqa: PLR0917 - fixtures
    sessions: Sessions, database_url: str, site: Site, tmp_path: Path, dying: str, deaths: int
) -> None:
    data = picture(width=600)
    whole = 0
    for dies_at in range(1, deaths + 2):
        store = Deadly(store_at(tmp_path), dies_at if dying == "at a write" else 0)

        def bring(inside: Sessions, store: Deadly = store) -> None:
            with inside.begin() as session:
                add_file(session, store, site, "oven.png", data, by="ann")

        died = do_and_die(database_url, bring, dies_at if dying == "at the commit" else 0)
        assert died == (dies_at <= deaths)
        whole += settled(sessions, tmp_path, site)
    assert whole == (1 if dying == "at a write" else 2)  # killed after the commit, it is there


def settled(sessions: Sessions, folder: Path, site: Site) -> bool:
    """Whether the whole file is there; after tidying the store holds what rows name and nothing else. Both are emptied
    for the next time."""
    store = store_at(folder)
    tidy(sessions, store)
    with sessions.begin() as session:
        there = set(stored_of(session, site.id).values())
        assert kept(folder) == there
        assert len(there) in {0, 2}
        for asset in list_files(session, site.id).rows:
            remove_file(session, site.id, asset.id, by="ann")
    tidy(sessions, store)
    assert kept(folder) == set()
    return bool(there)
