"""A file that comes to a site: kept, counted and named, or refused with nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import AssetFolder, Site, SiteAsset, SiteBuilderSettings
from igny8_lib.pipeline.media import Media
from igny8_lib.site_builder.assets.changing import change_alt
from igny8_lib.site_builder.assets.finding import find_asset
from igny8_lib.site_builder.assets.listing import count_files, list_files
from igny8_lib.site_builder.assets.quota import MB, QUOTA_MB, Usage, usage
from igny8_lib.site_builder.assets.receiving import add_file
from igny8_lib.site_builder.assets.showing import images_of, stored_of
from igny8_lib.site_builder.stored import StoredFiles
from igny8_lib.site_builder.uploads.receiving import receive
from igny8_lib.site_builder.uploads.refusal import Refused
from tests.factories.sites import make_account, make_site
from tests.lib.site_builder.assets.keeping import kept
from tests.lib.site_builder.uploads.making import pdf, picture
from tests.statements import count_statements


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def test_a_picture_is_kept_with_its_variants_and_what_rendering_needs(
    session: Session, site: Site, store: Media, tmp_path: Path
) -> None:
    data = picture(width=700, height=350)
    asset = add_file(session, store, site, "Our Oven.PNG", data, by="ann", alt_text=" An  oven ")
    told = receive("Our Oven.PNG", data)
    assert (asset.name, asset.folder, asset.alt_text, asset.uploaded_by) == (
        "our-oven.webp",
        AssetFolder.IMAGES,
        "An oven",
        "ann",
    )
    assert images_of(session, site.id) == {"our-oven.webp": told.image}
    assert dict(StoredFiles(store, stored_of(session, site.id))) == told.paths
    assert kept(tmp_path) == set(stored_of(session, site.id).values())
    assert usage(session, site.id) == Usage(told.size, QUOTA_MB * MB, 1)


def test_files_of_other_sites_are_not_there(session: Session, site: Site, store: Media) -> None:
    other = make_site(session, make_account(session))
    asset = add_file(session, store, other, "oven.png", picture(), by="ann")
    assert not images_of(session, site.id)
    assert not stored_of(session, site.id)
    assert list_files(session, site.id).total == usage(session, site.id).files == 0
    with pytest.raises(NotFound):
        find_asset(session, site.id, asset.id)


def test_sites_keep_the_same_content_each_for_itself(session: Session, site: Site, store: Media) -> None:
    other = make_site(session)
    for each in (site, other):
        add_file(session, store, each, "prices.pdf", pdf(), by="ann")
    assert set(stored_of(session, site.id).values()).isdisjoint(stored_of(session, other.id).values())


def test_one_content_under_two_names_is_kept_once_and_counted_twice(
    session: Session, site: Site, store: Media, tmp_path: Path
) -> None:
    for name in ("a.pdf", "b.pdf"):
        add_file(session, store, site, name, pdf(), by="ann")
    assert len(kept(tmp_path)) == 1
    assert usage(session, site.id).bytes == 2 * len(pdf())


@pytest.mark.parametrize(
    ("twin", "kind"), [("OVEN.png", "PNG"), ("Öven.jpg", "JPEG"), ("ｏｖｅｎ.gif", "GIF"), (" oven .webp", "WEBP")]
)
def test_a_name_that_differs_in_case_or_unicode_alone_is_refused(  # noqa: PLR0917 - fixtures
    session: Session, site: Site, store: Media, tmp_path: Path, twin: str, kind: str
) -> None:
    add_file(session, store, site, "oven.png", picture(), by="ann")
    before = kept(tmp_path)
    with pytest.raises(Refused, match=r'There is a file "oven\.webp" already'):
        add_file(session, store, site, twin, picture(kind, 50), by="ann")
    assert kept(tmp_path) == before


def test_a_variant_takes_no_files_place_and_no_file_a_variants(session: Session, site: Site, store: Media) -> None:
    add_file(session, store, site, "wide.png", picture(width=600), by="ann")
    with pytest.raises(Refused, match=r"wide-480\.webp"):
        add_file(session, store, site, "wide-480.png", picture(), by="ann")
    add_file(session, store, site, "other-480.png", picture(), by="ann")
    with pytest.raises(Refused, match=r"other-480\.webp"):
        add_file(session, store, site, "other.png", picture(width=600), by="ann")


def test_the_same_name_may_stand_in_two_folders(session: Session, site: Site, store: Media) -> None:
    add_file(session, store, site, "oven.png", picture(), by="ann")
    add_file(session, store, site, "oven.pdf", pdf(), by="ann")
    assert set(stored_of(session, site.id)) == {"assets/images/oven.webp", "assets/documents/oven.pdf"}
    assert count_files(session, site.id) == {"images": 1, "documents": 1, "media": 0}


def test_what_does_not_fit_into_the_quota_is_refused_and_nothing_is_kept(
    session: Session, site: Site, store: Media, tmp_path: Path
) -> None:
    session.add(SiteBuilderSettings(site_id=site.id, asset_quota_mb=1))
    text = b"x" * (MB // 2)
    add_file(session, store, site, "first.txt", text, by="ann")
    add_file(session, store, site, "second.txt", text, by="ann")
    assert usage(session, site.id).left == 0
    assert usage(session, site.id).percent == 100
    before = kept(tmp_path)
    with pytest.raises(Refused, match=r"0\.0 are left. Delete files"):
        add_file(session, store, site, "third.txt", b"y", by="ann")
    assert kept(tmp_path) == before
    assert usage(session, site.id).files == 2


def test_a_quota_that_was_made_smaller_takes_nothing_more_and_keeps_what_is_there(
    session: Session, site: Site, store: Media
) -> None:
    add_file(session, store, site, "first.txt", b"x" * 2 * MB, by="ann")
    session.add(SiteBuilderSettings(site_id=site.id, asset_quota_mb=1))
    session.flush()
    assert (usage(session, site.id).left, usage(session, site.id).percent) == (0, 100)
    with pytest.raises(Refused):
        add_file(session, store, site, "second.txt", b"y", by="ann")


def test_what_runs_or_unpacks_without_bound_is_refused(
    session: Session, site: Site, store: Media, tmp_path: Path
) -> None:
    for name, data in {"x.svg": b"<svg onload='x'/>", "x.html": b"<script>x</script>", "../x.png": picture()}.items():
        with pytest.raises(Refused):
            add_file(session, store, site, name, data, by="ann")
    assert kept(tmp_path) == set()
    assert list_files(session, site.id).rows == []


def test_lists_are_paged_newest_first_in_as_many_statements_for_many(
    session: Session, site: Site, store: Media
) -> None:
    for number in range(7):
        add_file(session, store, site, f"{number}.txt", b"%d" % number, by="ann")
    add_file(session, store, site, "oven.png", picture(), by="ann")
    found = list_files(session, site.id, AssetFolder.DOCUMENTS, page=2, page_size=3)
    assert ([row.name for row in found.rows], found.total) == (["3.txt", "2.txt", "1.txt"], 7)
    assert count_statements(session, lambda: list_files(session, site.id)) == 2
    assert count_statements(session, lambda: stored_of(session, site.id)) == 1


def test_bringing_a_file_takes_as_many_statements_beside_many(session: Session, site: Site, store: Media) -> None:
    def bring(name: str) -> None:
        add_file(session, store, site, name, name.encode(), by="ann")

    few = count_statements(session, lambda: bring("first.txt"))
    for number in range(20):
        bring(f"{number}.txt")
    assert count_statements(session, lambda: bring("last.txt")) == few


def test_what_a_picture_shows_is_said_in_one_line_of_200_characters(session: Session, site: Site, store: Media) -> None:
    asset = add_file(session, store, site, "oven.png", picture(), by="ann")
    assert change_alt(session, site.id, asset.id, "An\noven", by="ann").alt_text == "An oven"
    with pytest.raises(InvalidInput, match="201 characters"):
        change_alt(session, site.id, asset.id, "x" * 201, by="ann")
    document = add_file(session, store, site, "a.pdf", pdf(), by="ann")
    with pytest.raises(InvalidInput, match="no picture"):
        change_alt(session, site.id, document.id, "x", by="ann")
    assert session.get_one(SiteAsset, document.id).alt_text == ""
