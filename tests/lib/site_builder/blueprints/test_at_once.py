"""Two or more at one website at once, the AI among them: nothing is lost, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import ChangedMeanwhile, Igny8Error, NotFound
from igny8_lib.models import SitePageRevision
from igny8_lib.site_builder.blueprints import blocks, pages
from igny8_lib.site_builder.blueprints.finding import find_blueprint, find_page, pages_of
from igny8_lib.site_builder.blueprints.planning import apply_structure
from igny8_lib.site_builder.blueprints.writing import apply_page
from igny8_lib.site_builder.documents import BadStructure
from tests.factories.sites import make_site
from tests.factories.websites import make_website
from tests.lib.site_builder.blueprints.test_planning_again import structure
from tests.lib.site_builder.blueprints.test_writing_again import answer, said


def made(sessions: Sessions) -> tuple[int, int, int]:
    """A website: numbers of its site, itself and its second page."""
    with sessions.begin() as session:
        blueprint = make_website(session, make_site(session))
        return blueprint.site_id, blueprint.id, pages_of(session, blueprint)[1].id


def at_once(sessions: Sessions, *actions: Callable[[Session], Any]) -> list[type[Exception] | None]:
    """Do all of them in transactions of their own that begin together; what each raised."""
    together = Barrier(len(actions))

    def one(action: Callable[[Session], Any]) -> type[Exception] | None:
        with sessions() as session:
            together.wait(20)
            try:
                action(session)
                session.commit()
            except Igny8Error as refused:
                return type(refused)
            return None

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(one, actions))


def test_of_two_changes_of_one_revision_one_is_refused(sessions: Sessions) -> None:
    site_id, _, page_id = made(sessions)

    def change(title: str) -> Callable[[Session], Any]:
        return lambda session: pages.change_page(
            session, find_page(session, site_id, page_id), {"title": title}, revision=1, by="ann"
        )

    ended = at_once(sessions, change("One"), change("Two"), change("Three"))
    assert sorted(map(str, ended)) == sorted(map(str, [None, ChangedMeanwhile, ChangedMeanwhile]))
    with sessions() as session:
        page = find_page(session, site_id, page_id)
        assert page.revision == 2
        assert session.get_one(SitePageRevision, (page_id, 2)).document["title"] == page.title


def test_of_two_pages_with_one_slug_one_is_made(sessions: Sessions) -> None:
    site_id, blueprint_id, _ = made(sessions)

    def create(session: Session) -> None:
        blueprint = find_blueprint(session, site_id, blueprint_id)
        pages.create_page(session, blueprint, {"slug": "prices", "title": "Prices", "type": "custom"}, by="ann")

    assert sorted(map(str, at_once(sessions, create, create))) == sorted(map(str, [None, BadStructure]))


def test_an_edit_beside_a_writing_is_never_lost(sessions: Sessions) -> None:
    site_id, _, page_id = made(sessions)
    ended = at_once(
        sessions,
        lambda session: blocks.add_block(
            session, find_page(session, site_id, page_id), "text", 0, {"body": "Ours."}, revision=None, by="ann"
        ),
        lambda session: apply_page(session, find_page(session, site_id, page_id), answer(1), by="owner", replace=False),
    )
    assert ended == [None, None]
    with sessions() as session:
        page = find_page(session, site_id, page_id)
        assert "Ours." in said(page).values()
        assert page.revision == 3


def test_edits_beside_a_planning_end_in_one_of_two_ways(sessions: Sessions) -> None:
    site_id, blueprint_id, page_id = made(sessions)
    edited, planned = at_once(
        sessions,
        lambda session: pages.change_page(
            session, find_page(session, site_id, page_id), {"title": "Ours"}, revision=1, by="ann"
        ),
        lambda session: apply_structure(
            session, find_blueprint(session, site_id, blueprint_id), structure(), by="owner", replace=False
        ),
    )
    assert planned is None
    assert edited in {None, NotFound}
    with sessions() as session:
        there = {page.id: page.title for page in pages_of(session, find_blueprint(session, site_id, blueprint_id))}
        assert (there.get(page_id) == "Ours") is (edited is None)


def test_moves_at_once_leave_every_page_one_place(sessions: Sessions) -> None:
    site_id, blueprint_id, page_id = made(sessions)
    with sessions() as session:
        ids = [page.id for page in pages_of(session, find_blueprint(session, site_id, blueprint_id))]
    assert page_id in ids

    def move(number: int, place: int) -> Callable[[Session], Any]:
        return lambda session: pages.move_page(session, find_page(session, site_id, number), place, by="ann")

    assert at_once(sessions, *(move(one, 4 - place) for place, one in enumerate(ids))) == [None] * 5
    with sessions() as session:
        there = pages_of(session, find_blueprint(session, site_id, blueprint_id))
        assert [page.position for page in there] == [0, 1, 2, 3, 4]
