"""Pictures: alternative texts, drawing one again, and uploads in the place of another."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as Pillow
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.functions.generate_image_prompts import MAX_ALT_TEXT, MAX_PROMPT
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Content, ContentStatus, Image, Site
from igny8_lib.pipeline.media import Media
from igny8_lib.review.events import history
from igny8_lib.review.pictures import UPLOADED, change_alt_text, redraw, replace, require_replaceable, store_upload
from tests.factories.articles import make_article
from tests.factories.credits import grant
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import drive, tools_for
from tests.lib.pipeline.invariants import assert_invariants
from tests.sandbox_server import SandboxServer


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 24)) -> bytes:
    file = io.BytesIO()
    Pillow.linear_gradient("L").resize(size).convert("RGB").save(file, kind)
    return file.getvalue()


def first_image(session: Session, article: Content) -> Image:
    return session.scalars(select(Image).where(Image.content_id == article.id, Image.position == 0)).one()


@pytest.fixture
def image(session: Session, site: Site) -> Image:
    """The featured picture of an article in review."""
    return first_image(session, make_article(session, site, pictures=2))


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path)


def last_event(session: Session, image: Image) -> tuple[object, ...]:
    told = history(session, image.site_id, image.content_id)[0]
    return tuple(told[name] for name in ("kind", "position", "made_by", "remark"))


def test_an_alternative_text_is_changed_within_its_bounds(session: Session, image: Image) -> None:
    change_alt_text(session, image.site_id, image.id, " A red\n rose ", by="ann")
    assert image.alt_text == "A red rose"
    assert last_event(session, image) == ("alt_text_changed", 0, "ann", "A red rose")
    for wrong in ("", " \u200b", "x" * (MAX_ALT_TEXT + 1)):
        with pytest.raises(InvalidInput, match="The alternative text"):
            change_alt_text(session, image.site_id, image.id, wrong, by="ann")


def test_a_picture_to_be_drawn_again_waits_with_its_article_and_stays_to_be_seen(
    session: Session, image: Image
) -> None:
    file = image.file
    assert redraw(session, image.site_id, image.id, by="ann", prompt="A white rose") == []
    assert (image.status, image.prompt, image.file, image.model) == ("pending", "A white rose", file, None)
    assert session.get_one(Content, image.content_id).status == "draft"
    assert last_event(session, image) == ("redraw_asked", 0, "ann", "A white rose")
    with pytest.raises(Conflict, match="waits to be drawn already"):
        redraw(session, image.site_id, image.id, by="ann")


@pytest.mark.parametrize("status", [ContentStatus.APPROVED, ContentStatus.REJECTED, ContentStatus.PUBLISHED])
def test_pictures_of_an_article_that_is_decided_about_are_not_drawn_again(
    session: Session, site: Site, status: ContentStatus
) -> None:
    image = first_image(session, make_article(session, site, pictures=1, status=status))
    with pytest.raises(Conflict, match=f"is {status.value}: take that back"):
        redraw(session, site.id, image.id, by="ann")


def test_a_prompt_has_bounds(session: Session, image: Image) -> None:
    for wrong in (" ", "x" * (MAX_PROMPT + 1)):
        with pytest.raises(InvalidInput, match="The prompt"):
            redraw(session, image.site_id, image.id, by="ann", prompt=wrong)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_an_upload_takes_a_pictures_place_and_the_old_file_is_told_for_after_the_commit(
    session: Session, image: Image, media: Media, tmp_path: Path, kind: str
) -> None:
    old = image.file
    upload = store_upload(media, "blog", image.id, picture(kind))
    assert replace(session, image.site_id, image.id, upload, by="ann") == [old]
    assert (image.file, image.width, image.height, image.model) == (upload.file, 40, 24, UPLOADED)
    stored = Pillow.open(tmp_path / upload.file)
    assert (stored.format, stored.size) == ("PNG", (40, 24))
    assert last_event(session, image) == ("picture_replaced", 0, "ann", "")


def test_the_same_upload_again_deletes_nothing(session: Session, image: Image, media: Media) -> None:
    upload = store_upload(media, "blog", image.id, picture())
    replace(session, image.site_id, image.id, upload, by="ann")
    assert replace(session, image.site_id, image.id, store_upload(media, "blog", image.id, picture()), by="ann") == []


def test_of_an_uploaded_picture_that_is_drawn_again_the_file_is_told(
    session: Session, image: Image, media: Media
) -> None:
    upload = store_upload(media, "blog", image.id, picture())
    replace(session, image.site_id, image.id, upload, by="ann")
    assert redraw(session, image.site_id, image.id, by="ann") == [upload.file]
    assert (image.file, image.width, image.height) == (None, None, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Nothing was replaced: the picture is no PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG, WebP, GIF or AVIF"),
        (picture()[:200], "Nothing was replaced: the picture is"),
        (picture(size=(4, 4)), "a placeholder, no picture"),
        (b"\x89PNG" + b"x" * (25 * 1024 * 1024), "larger than 25 MB"),
    ],
)
def test_what_is_no_picture_of_sane_size_is_refused_and_nothing_is_stored(
    media: Media, tmp_path: Path, content: bytes, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        store_upload(media, "blog", 1, content)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_waits_to_be_drawn_is_not_replaced(session: Session, image: Image, media: Media) -> None:
    redraw(session, image.site_id, image.id, by="ann")
    with pytest.raises(Conflict, match="replace it afterwards"):
        require_replaceable(image)
    with pytest.raises(Conflict, match="replace it afterwards"):
        replace(session, image.site_id, image.id, store_upload(media, "blog", image.id, picture()), by="ann")


def test_pictures_of_other_sites_are_not_there(session: Session, image: Image, media: Media) -> None:
    other, upload = make_site(session), store_upload(media, "blog", image.id, picture())
    for ask in (
        lambda: change_alt_text(session, other.id, image.id, "x", by="ann"),
        lambda: redraw(session, other.id, image.id, by="ann"),
        lambda: replace(session, other.id, image.id, upload, by="ann"),
    ):
        with pytest.raises(NotFound, match=f"no picture {image.id}"):
            ask()


def test_a_run_draws_it_again_and_its_article_is_back_in_review(
    sessions: Sessions, session: Session, image: Image, sandbox: SandboxServer, tmp_path: Path
) -> None:
    tools = tools_for(sessions, sandbox.base_url, tmp_path)
    site = session.get_one(Site, image.site_id)
    grant(session, site.account_id, 100)
    redraw(session, site.id, image.id, by="ann", prompt="A white rose")
    session.commit()
    drive(tools, site.slug, {"stages": [6]})
    session.expire_all()
    assert (image.status, image.model) == ("generated", "sandbox-image-1")
    assert session.get_one(Content, image.content_id).status == "review"
    assert image.file is not None
    assert (tmp_path / image.file).is_file()
    assert_invariants(tools.sessions, site.id)
