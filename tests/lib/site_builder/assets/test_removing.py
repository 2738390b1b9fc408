"""A file is removed, and the store with it, unless something still needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import PageType, Site, SiteAsset, SiteBlueprint, SitePage
from igny8_lib.pipeline.media import Media
from igny8_lib.site_builder.assets.changing import remove_file
from igny8_lib.site_builder.assets.cleaning import clean, tidy
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.assets.showing import stored_of
from igny8_lib.site_builder.assets.using import InUse
from tests.factories.sites import make_account, make_site
from tests.lib.site_builder.assets.keeping import kept, store_at
from tests.lib.site_builder.uploads.making import pdf, picture


@pytest.fixture
def oven(sessions: Sessions, store: Media, site: Site) -> int:
    with sessions.begin() as session:
        return add_file(session, store, site, "oven.png", picture(width=600), by="ann").id


@pytest.fixture
def writing(sessions: Sessions) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def make_page(session: Session, site: Site, blocks: list[Any], title: str = "Our bread", **blueprint: object) -> None:
    """A page of a website of the site."""
    owner = SiteBlueprint(site_id=site.id, name="The bakery", created_by="ann", **blueprint)
    session.add(owner)
    session.flush()
    facts = {"site_id": site.id, "blueprint_id": owner.id, "position": 0, "slug": "bread", "type": PageType.CUSTOM}
    session.add(SitePage(title=title, blocks=blocks, **facts))
    session.flush()


def shows(file: str) -> list[Any]:
    """Blocks in which a picture stands deep inside."""
    return [{"id": "hero-1", "type": "gallery", "data": {"items": [{"picture": {"file": file, "alt": ""}}]}}]


def remove(sessions: Sessions, store: Media, site: Site, asset_id: int) -> int:
    """As the API does it."""
    with sessions.begin() as session:
        stored = remove_file(session, site.id, asset_id, by="ann")
    return clean(sessions, store, site.id, stored)


def test_a_file_goes_with_its_variants(sessions: Sessions, store: Media, site: Site, oven: int, tmp_path: Path) -> None:
    assert len(kept(tmp_path)) == 2
    assert remove(sessions, store, site, oven) == 2
    assert kept(tmp_path) == set()


def test_content_that_another_file_has_too_stays(sessions: Sessions, store: Media, site: Site, tmp_path: Path) -> None:
    with sessions.begin() as session:
        first, second = (add_file(session, store, site, name, pdf(), by="ann").id for name in ("a.pdf", "b.pdf"))
    assert remove(sessions, store, site, first) == 0
    assert len(kept(tmp_path)) == 1
    assert remove(sessions, store, site, second) == 1


def test_a_picture_that_a_page_shows_stays_and_the_page_is_named(writing: Session, site: Site, oven: int) -> None:
    make_page(writing, site, shows("oven.webp"))
    with pytest.raises(InUse, match=r'used by the page "Our bread" of The bakery\. Take it out') as refused:
        remove_file(writing, site.id, oven, by="ann")
    assert refused.value.places == ['the page "Our bread" of The bakery']


def test_of_many_pages_five_are_named_in_the_sentence(writing: Session, site: Site, oven: int) -> None:
    for number in range(7):
        make_page(writing, site, shows("oven.webp"), f"Page {number}")
    with pytest.raises(InUse, match='"Page 4" of The bakery and 2 more'):
        remove_file(writing, site.id, oven, by="ann")


def test_a_file_that_a_text_links_to_stays(writing: Session, site: Site, oven: int) -> None:
    button = {"label": "See", "target": "https://bakery.example/assets/images/oven.webp"}
    make_page(writing, site, [{"id": "a", "type": "hero", "data": {"buttons": [button]}}])
    with pytest.raises(InUse):
        remove_file(writing, site.id, oven, by="ann")


def test_the_picture_of_an_icon_stays(writing: Session, site: Site, oven: int) -> None:
    make_page(writing, site, [], icon_asset_id=oven)
    with pytest.raises(InUse, match="the icon of The bakery"):
        remove_file(writing, site.id, oven, by="ann")


@pytest.mark.parametrize(
    "blocks", [shows("an-oven.webp"), [{"id": "a", "type": "text", "data": {"text": "oven.webp"}}]]
)
def test_a_like_name_and_a_mere_mention_keep_nothing(
    writing: Session, site: Site, oven: int, blocks: list[Any]
) -> None:
    make_page(writing, site, blocks)
    assert len(remove_file(writing, site.id, oven, by="ann")) == 2


def test_pages_of_other_sites_keep_nothing(writing: Session, site: Site, oven: int) -> None:
    make_page(writing, make_site(writing), shows("oven.webp"))
    assert len(remove_file(writing, site.id, oven, by="ann")) == 2


def test_another_accounts_file_is_not_there(writing: Session, oven: int) -> None:
    other = make_site(writing, make_account(writing))
    with pytest.raises(NotFound):
        remove_file(writing, other.id, oven, by="eve")


@pytest.mark.usefixtures("oven")
def test_tidying_takes_what_no_row_names_and_nothing_else(
    sessions: Sessions, store: Media, site: Site, tmp_path: Path
) -> None:
    others = {"blog/1.png", f"websites/{site.id}/article.webp", "websites/read-me/uploads/x.txt"}
    strays = {f"websites/{site.id}/uploads/{'0' * 64}.pdf", f"websites/{site.id + 999}/uploads/{'1' * 64}.pdf"}
    for name in others | strays:
        store.write(name, b"x")
    assert tidy(sessions, store) == 2
    with sessions() as session:
        assert kept(tmp_path) == others | set(stored_of(session, site.id).values())
    assert tidy(sessions, store) == 0


def test_a_store_that_loses_its_strength_keeps_nobody_from_deleting(
    sessions: Sessions, store: Media, site: Site, oven: int, tmp_path: Path
) -> None:
    """A folder stands where the file was, which no store can remove as a file."""
    with sessions() as session:
        first = next(iter(stored_of(session, site.id).values()))
    store.remove(first)
    (tmp_path / first).mkdir()
    assert remove(sessions, store, site, oven) == 1
    with sessions() as session:
        assert session.get(SiteAsset, oven) is None


def test_an_empty_store_needs_no_tidying(sessions: Sessions, tmp_path: Path) -> None:
    assert tidy(sessions, store_at(tmp_path / "nothing-yet")) == 0
