"""`igny8 website files`."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.settings import load
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.site_builder.uploads.making import picture


@pytest.fixture
def folder(sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a picture; the media store is its folder "media"."""
    monkeypatch.setenv("IGNY8_MEDIA_URL", (tmp_path / "media").as_uri())
    load.cache_clear()
    with sessions.begin() as session:
        make_site(session, slug="blog")
    (tmp_path / "Oven.png").write_bytes(picture(width=600))
    return tmp_path


def kept(folder: Path) -> int:
    return len([path for path in (folder / "media").rglob("*") if path.is_file()])


def test_a_file_comes_is_described_and_goes(igny8: Igny8, shell: Shell, folder: Path) -> None:
    code, made = igny8("website", "files", "add", "blog", str(folder / "Oven.png"), "--alt", "An oven", "--by", "ann")
    assert (code, made["path"], made["alt_text"], made["uploaded_by"]) == (
        0,
        "assets/images/oven.webp",
        "An oven",
        "ann",
    )
    number = str(made["id"])
    assert kept(folder) == 2
    code, listed = igny8("website", "files", "list", "blog", "--folder", "images")
    assert (listed["files"], listed["usage"]["bytes"]) == ([made], made["size_bytes"])
    assert "0.0 of 500 MB taken by 1 files" in shell("website", "files", "list", "blog")[1]
    assert igny8("website", "files", "describe", "blog", number, "Our oven")[1]["alt_text"] == "Our oven"
    assert igny8("website", "files", "delete", "blog", number) == (0, {"deleted": made["id"], "name": "oven.webp"})
    assert kept(folder) == 0
    assert igny8("website", "files", "list", "blog")[1]["files"] == []


def test_what_is_refused_keeps_nothing_and_says_why(shell: Shell, folder: Path) -> None:
    (folder / "x.svg").write_text("<svg/>", encoding="utf-8")
    for name, why in {"x.svg": "was refused", "none.png": "there is no file"}.items():
        code, said = shell("website", "files", "add", "blog", str(folder / name))
        assert code != 0
        assert why in " ".join(said.split())
    assert kept(folder) == 0


def test_another_name_is_taken_and_a_twin_refused(shell: Shell, igny8: Igny8, folder: Path) -> None:
    add = ("website", "files", "add", "blog", str(folder / "Oven.png"))
    assert igny8(*add, "--name", "Bread.png")[1]["name"] == "bread.webp"
    code, said = shell(*add, "--name", "BREAD.jpg")
    assert code != 0
    assert 'There is a file "bread.webp" already' in " ".join(said.split())
