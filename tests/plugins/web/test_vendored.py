"""Scripts of others are there whole, as they were looked at, with licences; and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from igny8_web.vendoring import FOLDER, LIST, Vendored, digest, read_list

WEB = FOLDER.parent.parent
OURS = sorted(
    path
    for folder in ("templates", "pages", "static")
    for path in (WEB / folder).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg"} and FOLDER not in path.parents
)
NAMESPACES = ("http://www.w3.org/2000/svg",)


@pytest.mark.parametrize("file", read_list(), ids=lambda file: file.kept_as)
def test_each_vendored_file_has_the_content_that_was_looked_at(file: Vendored) -> None:
    assert digest((FOLDER / file.kept_as).read_bytes()) == file.sha256


def test_each_file_of_the_folder_is_written_down_and_each_package_has_its_licence() -> None:
    files = read_list()
    assert {path.name for path in FOLDER.iterdir()} == {file.kept_as for file in files} | {LIST.name}
    licensed = {(file.name, file.version) for file in files if "LICENSE" in file.kept_as}
    assert {(file.name, file.version) for file in files} == licensed


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_page_loads_from_another_server_or_has_script_or_style_inside(path: Path) -> None:
    text = path.read_text("utf-8")
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    assert not re.findall(r"https?://|\bsrc=\"//|@import|url\(", text)
    if path.suffix == ".html":
        assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text)
