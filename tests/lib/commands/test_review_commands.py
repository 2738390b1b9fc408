"""`igny8 content edit … describe`: what people type, what they read, and the exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Pillow
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.pictures import MAX_BYTES
from igny8_lib.models import Content, ContentStatus, Image
from igny8_lib.settings import load
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_task
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def articles(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Content]:
    """Two articles in review of the site `blog`, each with a picture; the first has its writing task."""
    monkeypatch.setenv("IGNY8_MEDIA_URL", (tmp_path / "media").as_uri())
    load.cache_clear()
    site = make_site(session, slug="blog")
    task = make_task(session, site, make_cluster(session, site, "flowers"), "Roses")
    task.status = "completed"
    made = [make_article(session, site, pictures=1, task_id=task.id), make_article(session, site, pictures=1)]
    session.commit()
    return made


@pytest.fixture
def first(articles: list[Content]) -> str:
    return str(articles[0].id)


def test_an_article_is_edited_compared_and_restored(
    igny8: Igny8, shell: Shell, first: str, articles: list[Content], tmp_path: Path
) -> None:
    title = articles[0].title
    (tmp_path / "new.html").write_text("<p>Cut above a bud. Use clean tools.</p>", "utf-8")
    change = ("--title", "Roses", "--html", str(tmp_path / "new.html"), "--tag", "a", "--tag", "b", "--by", "ann")
    code, document = igny8("content", "edit", "blog", first, *change)
    assert (code, document["version"], document["title"], document["word_count"]) == (0, 2, "Roses", 7)
    listed = igny8("content", "versions", "blog", first)[1]
    assert [(row["number"], row["kind"], row["made_by"]) for row in listed] == [
        (2, "edited", "ann"),
        (1, "written", "igny8"),
    ]
    found = igny8("content", "diff", "blog", first, "1", "2")[1]
    assert found["fields"][0] == {"name": "title", "before": title, "after": "Roses"}
    assert [block["kind"] for block in found["blocks"]] == ["changed", "removed", "removed"]
    printed = shell("content", "diff", "blog", first, "1", "2")[1]
    assert "- Use sharp tools." in printed
    assert "+ Use clean tools." in printed
    assert igny8("content", "restore", "blog", first, "1")[1]["title"] == title
    assert "is at version 4." in shell("content", "edit", "blog", first, "--tag", "c")[1]


def test_a_stale_change_is_a_conflict_with_both_versions(igny8: Igny8, first: str) -> None:
    assert igny8("content", "edit", "blog", first, "--title", "One", "--version", "1")[0] == 0
    code, error = igny8("content", "edit", "blog", first, "--title", "Two", "--version", "1")
    assert (code, error["error"], error["yours"], error["now"]) == (4, "ChangedMeanwhile", 1, 2)
    assert igny8("content", "edit", "blog", first)[0] == 2
    assert igny8("content", "edit", "blog", "999999", "--title", "x")[0] == 3


def test_articles_are_decided_about_in_bulk_and_those_that_are_not_say_why(
    igny8: Igny8, shell: Shell, articles: list[Content]
) -> None:
    one, other = (str(article.id) for article in articles)
    code, document = igny8("content", "reject", "blog", one, "--reason", "tone", "--remark", "Too loud", "--by", "ann")
    assert (code, document["articles"]) == (0, [int(one)])
    printed = shell("content", "approve", "blog", one, other, "999999")[1]
    assert f"1 article approved. Not so {one}: is rejected already; 999999: the site has no such article." in printed
    code, error = igny8("content", "approve", "blog", one)
    assert (code, f"{one}: is rejected already" in error["message"]) == (4, True)
    assert igny8("content", "undo", "blog", one, other)[1]["articles"] == [int(one), int(other)]
    told = igny8("content", "events", "blog", one)[1]
    assert [row["kind"] for row in told] == ["returned", "rejected"]
    assert (told[1]["reasons"], told[1]["remark"], told[1]["made_by"]) == (["tone"], "Too loud", "ann")
    assert "Too loud" in shell("content", "events", "blog", one)[1]
    assert igny8("content", "reject", "blog", one, "--reason", "other")[0] == 2
    assert igny8("content", "reject", "blog", one)[0] == 2


def test_an_article_is_asked_for_anew_and_the_wish_withdrawn(
    shell: Shell, igny8: Igny8, session: Session, first: str, articles: list[Content]
) -> None:
    printed = shell("content", "regenerate", "blog", first, "--remark", "Say more.")[1]
    assert f"igny8 run blog --stage 4 --items {articles[0].task_id}" in " ".join(printed.split())
    session.expire_all()
    assert articles[0].status == ContentStatus.DRAFT
    assert igny8("content", "regenerate", "blog", first)[0] == 4
    assert igny8("content", "regenerate", "blog", first, "--withdraw", "--remark", "x")[0] == 2
    assert igny8("content", "regenerate", "blog", first, "--withdraw")[0] == 0
    session.expire_all()
    assert articles[0].status == ContentStatus.REVIEW


def test_a_picture_is_described_replaced_and_drawn_again_and_its_old_file_goes(
    shell: Shell, igny8: Igny8, session: Session, articles: list[Content], tmp_path: Path
) -> None:
    image = session.scalars(select(Image).where(Image.content_id == articles[0].id)).one()
    number, old = str(image.id), tmp_path / "media" / str(image.file)
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    Pillow.new("RGB", (30, 20)).save(tmp_path / "rose.jpg")
    assert igny8("content", "describe", "blog", number, "A rose")[1] == {"id": image.id, "alt_text": "A rose"}
    code, document = igny8("content", "replace", "blog", number, str(tmp_path / "rose.jpg"))
    assert (code, document["width"], document["height"], old.exists()) == (0, 30, 20, False)
    upload = tmp_path / "media" / document["file"]
    assert upload.is_file()
    (tmp_path / "none.jpg").write_text("no picture")
    code, error = igny8("content", "replace", "blog", number, str(tmp_path / "none.jpg"))
    assert (code, "Nothing was replaced" in error["message"], upload.is_file()) == (2, True, True)
    assert igny8("content", "replace", "blog", number, str(tmp_path / "missing.jpg"))[0] == 2
    assert f"--stage 6 --items {number}" in " ".join(shell("content", "redraw", "blog", number)[1].split())
    assert not upload.exists()
    assert igny8("content", "redraw", "blog", "999999")[0] == 3
    assert igny8("content", "show", "blog", str(articles[0].id))[1]["pictures"][0]["id"] == image.id


def test_nothing_is_stored_for_a_picture_that_waits(
    igny8: Igny8, session: Session, articles: list[Content], tmp_path: Path
) -> None:
    image = session.scalars(select(Image).where(Image.content_id == articles[0].id)).one()
    Pillow.new("RGB", (30, 20)).save(tmp_path / "rose.jpg")
    assert igny8("content", "redraw", "blog", str(image.id))[0] == 0
    code, error = igny8("content", "replace", "blog", str(image.id), str(tmp_path / "rose.jpg"))
    assert (code, "replace it afterwards" in error["message"]) == (4, True)
    assert not list((tmp_path / "media").rglob("*.png"))


def test_an_upload_has_bounds_before_it_is_read(
    igny8: Igny8, session: Session, articles: list[Content], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = session.scalars(select(Image).where(Image.content_id == articles[0].id)).one()
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    for name, told in (("large.png", "larger than 25 MB"), ("missing.png", "is no file"), ("", "is no file")):
        code, error = igny8("content", "replace", "blog", str(image.id), str(tmp_path / name))
        assert (code, told in error["message"]) == (2, True)
