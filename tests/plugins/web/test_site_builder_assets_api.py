"""Files of a website through the API: whatever is brought, it can do nothing and belongs to one site."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from httpx import Response
from igny8_web.guards import LARGEST_FILE
from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import Module, PageType, SiteAsset, SiteBlueprint, SiteBuilderSettings, SitePage
from igny8_lib.sites.modules import set_module
from tests.lib.site_builder.uploads.making import office, pdf, picture
from tests.plugins.web.house import API, NEIGHBOUR, House

ASSETS = f"{API}/site-builder/assets"


def bring(house: House, name: str, data: bytes, who: str = "editor", site: str = "blog", **form: str) -> Response:
    """Upload it."""
    files = {"file": (name, data, "text/html")}
    return house.client(who).post(f"{ASSETS}/?site={site}", files=files, data=form)


@pytest.fixture
def oven(house: House, media_folder: Path) -> dict[str, Any]:  # noqa: ARG001 - where it is kept
    answer = bring(house, "Oven.PNG", picture(width=600, height=300), alt_text="An oven")
    assert answer.status_code == 201, answer.text
    asset: dict[str, Any] = answer.json()
    return asset


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_is_told_with_its_sizes_and_counted(house: House, oven: dict[str, Any]) -> None:
    assert (oven["name"], oven["path"], oven["alt_text"]) == ("oven.webp", "assets/images/oven.webp", "An oven")
    assert [(file["name"], file["width"]) for file in oven["files"]] == [("oven.webp", 600), ("oven-480.webp", 480)]
    listed = house.client("viewer").get(f"{ASSETS}/?site=blog").json()
    assert listed["assets"] == [oven]
    assert listed["usage"] == {
        "bytes": oven["size_bytes"],
        "quota": 500_000_000,
        "left": 500_000_000 - oven["size_bytes"],
        "files": 1,
    }
    assert house.client("viewer").get(f"{ASSETS}/{oven['id']}/?site=blog").json() == oven
    assert house.client("viewer").get(f"{ASSETS}/?site=blog&folder=documents").json()["assets"] == []


def test_a_picture_is_sent_under_its_own_type_and_not_twice(house: House, oven: dict[str, Any]) -> None:
    client = house.client("viewer")
    url = f"{ASSETS}/{oven['id']}/file/?site=blog"
    answer = client.get(url)
    assert answer.content[8:12] == b"WEBP"
    told = {"content-type": "image/webp", "x-content-type-options": "nosniff"}
    assert {name: answer.headers[name] for name in told} == told
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get(url, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert len(client.get(f"{url}&name=oven-480.webp").content) == oven["files"][1]["bytes"]


@pytest.mark.parametrize("name", ["../../oven.webp", "/etc/passwd", "other.webp", "OVEN.webp"])
def test_nothing_but_a_files_own_files_is_sent(house: House, oven: dict[str, Any], name: str) -> None:
    answer = house.client("owner").get(f"{ASSETS}/{oven['id']}/file/", params={"site": "blog", "name": name})
    assert answer.status_code == 404


@pytest.mark.usefixtures("media_folder")
def test_documents_are_to_be_saved(house: House) -> None:
    asset = bring(house, "prices.pdf", pdf()).json()
    answer = house.client("viewer").get(f"{ASSETS}/{asset['id']}/file/?site=blog")
    assert answer.content == pdf()
    assert answer.headers["content-disposition"] == 'attachment; filename="prices.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_that_the_store_has_lost_is_not_there(house: House, oven: dict[str, Any], media_folder: Path) -> None:
    for path in kept(media_folder):
        path.unlink()
    answer = house.client("viewer").get(f"{ASSETS}/{oven['id']}/file/?site=blog")
    assert answer.status_code == 404
    assert "bring it again" in answer.json()["detail"]


def zip_bomb() -> bytes:
    """Twenty thousand times as large unpacked."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr("word/document.xml", b"\0" * 60_000_000)
    return file.getvalue()


def decompression_bomb() -> bytes:
    """A PNG of a few hundred bytes whose head tells of 900 million pixels."""
    data = bytearray(picture())
    data[16:24] = (30_000).to_bytes(4, "big") * 2
    return bytes(data)


HOSTILE = {
    "svg": ("x.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "html": ("x.html", lambda: b"<!doctype html><script>alert(1)</script>"),
    "html called a picture": ("x.png", lambda: b"<!doctype html><script>alert(1)</script>"),
    "zip bomb": ("x.docx", zip_bomb),
    "decompression bomb": ("x.png", decompression_bomb),
    "path": ("../x.png", picture),
    "path of Windows": ("..\\x.png", picture),
    "path in another Unicode form": ("..／x.png", picture),
    "no content": ("x.txt", lambda: b""),
    "macros": ("x.docx", lambda: office("docx", **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"})),
    "PDF that runs": ("x.pdf", lambda: pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>")),
    "PDF called a text": ("x.txt", pdf),
    "program": ("x.exe", lambda: b"MZ" + b"\0" * 100),
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_what_could_do_harm_is_refused_with_its_reason_and_nothing_is_kept(
    house: House, media_folder: Path, what: str
) -> None:
    name, make = HOSTILE[what]
    answer = bring(house, name, make())
    assert answer.status_code == 422, answer.text
    told = answer.json()
    assert (told["type"], told["field"]) == ("urn:igny8:problem:refused", "file")
    assert told["detail"].endswith(f"was refused: {told['reason']}")
    assert kept(media_folder) == []
    assert house.client("editor").get(f"{ASSETS}/?site=blog").json()["usage"]["files"] == 0


@pytest.mark.parametrize("name", ["oven.png", "OVEN.webp", "Öven.gif", " oven.jpeg"])
def test_a_twin_is_refused(house: House, oven: dict[str, Any], media_folder: Path, name: str) -> None:
    before = len(kept(media_folder))
    kind = {"gif": "GIF", "jpeg": "JPEG", "webp": "WEBP"}.get(name.rpartition(".")[2], "PNG")
    answer = bring(house, name, picture(kind, width=50))
    assert answer.status_code == 422
    assert f'There is a file "{oven["name"]}" already' in answer.json()["detail"]
    assert len(kept(media_folder)) == before


def test_what_the_quota_has_no_room_for_is_refused(house: House, sessions: Sessions, media_folder: Path) -> None:
    with sessions.begin() as session:
        session.add(SiteBuilderSettings(site_id=house.blog, asset_quota_mb=1))
    answer = bring(house, "long.txt", b"x" * 1_000_001)
    assert answer.status_code == 422
    assert "Delete files that no page shows" in answer.json()["detail"]
    assert kept(media_folder) == []


def test_a_body_without_bound_is_refused_before_it_is_read(house: House) -> None:
    headers = {"content-length": str(LARGEST_FILE + 1), "content-type": "multipart/form-data; boundary=x"}
    answer = house.client("editor").post(f"{ASSETS}/?site=blog", headers=headers, content=b"")
    assert answer.status_code == 413
    nobody = house.client().post(f"{ASSETS}/?site=blog", headers=headers | {"content-length": "2000000"}, content=b"")
    assert nobody.status_code == 413


def test_what_a_picture_shows_is_changed(house: House, oven: dict[str, Any]) -> None:
    url = f"{ASSETS}/{oven['id']}/?site=blog"
    assert house.client("editor").patch(url, json={"alt_text": " Our  oven "}).json()["alt_text"] == "Our oven"
    assert house.client("editor").patch(url, json={"alt_text": "x" * 201}).status_code == 400
    assert house.client("editor").patch(url, json={"alt": "x"}).status_code == 422


def test_a_deleted_file_is_gone_from_the_store_too(house: House, oven: dict[str, Any], media_folder: Path) -> None:
    assert len(kept(media_folder)) == 2
    url = f"{ASSETS}/{oven['id']}/?site=blog"
    first = house.client("editor").delete(url, headers={"Idempotency-Key": "k"})
    assert first.json() == {"id": oven["id"], "name": "oven.webp"}
    assert house.client("editor").delete(url, headers={"Idempotency-Key": "k"}).json() == first.json()
    assert kept(media_folder) == []
    assert house.client("editor").delete(url).status_code == 404


def test_a_file_that_a_page_shows_stays_and_the_page_is_named(
    house: House, sessions: Sessions, oven: dict[str, Any], media_folder: Path
) -> None:
    with sessions.begin() as session:
        blueprint = SiteBlueprint(site_id=house.blog, name="Bakery", created_by="ann")
        session.add(blueprint)
        session.flush()
        block = {
            "id": "hero-1",
            "type": "hero",
            "data": {"title": "Bread", "picture": {"file": "oven.webp", "alt": ""}},
        }
        facts = {"site_id": house.blog, "blueprint_id": blueprint.id, "position": 0, "slug": "home"}
        session.add(SitePage(title="Home", type=PageType.HOME, blocks=[block], **facts))
    answer = house.client("owner").delete(f"{ASSETS}/{oven['id']}/?site=blog")
    assert (answer.status_code, answer.json()["places"]) == (409, ['the page "Home" of Bakery'])
    assert len(kept(media_folder)) == 2


def test_viewers_read_and_bring_nothing(house: House, oven: dict[str, Any], media_folder: Path) -> None:
    before = len(kept(media_folder))
    assert bring(house, "a.txt", b"x", "viewer").status_code == 403
    assert house.client("viewer").delete(f"{ASSETS}/{oven['id']}/?site=blog").status_code == 403
    assert len(kept(media_folder)) == before


def test_another_accounts_files_are_not_there(house: House, oven: dict[str, Any], media_folder: Path) -> None:
    client = house.client(NEIGHBOUR)
    for path in (f"/{oven['id']}/", f"/{oven['id']}/file/"):
        for site in ("blog", "rival-blog"):
            assert client.get(f"{ASSETS}{path}?site={site}").status_code == 404
    assert client.delete(f"{ASSETS}/{oven['id']}/?site=rival-blog").status_code == 404
    assert bring(house, "a.txt", b"x", NEIGHBOUR).status_code == 404
    assert house.client("editor").get(f"{ASSETS}/{oven['id']}/?site=shop").status_code == 404
    assert len(kept(media_folder)) == 2


@pytest.mark.usefixtures("oven")
def test_a_module_that_is_off_takes_and_tells_nothing(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        set_module(session, house.agency, Module.SITE_BUILDER, enabled=False)
    assert bring(house, "a.txt", b"x", "owner").status_code == 403
    assert house.client("owner").get(f"{ASSETS}/?site=blog").status_code == 403
    with sessions() as session:
        assert len(session.scalars(select(SiteAsset.id)).all()) == 1
