"""A website's structure as files."""

from __future__ import annotations

import json

import pytest

from igny8_lib.site_builder.documents import BadStructure
from igny8_lib.site_builder.site_files import read_files, structure_files
from tests.lib.site_builder.sites import page, site, text_block


def test_a_structure_comes_back_from_its_files_as_it_was() -> None:
    whole = site(
        page("home", "home", text_block(body="Für Boote\n\n</script>  ")),
        page("z", title="Über uns", description="Wir"),
        page("a"),
        language="de",
        layout="minimal",
        template="landing",
        tagline="Seit 1987",
        theme={"palette": "harbour", "typography": "modern", "personality": "friendly", "brand": "#0a0b0c"},
    )
    files = structure_files(whole)
    assert set(files) == {"site.json", "pages/home.json", "pages/z.json", "pages/a.json"}
    assert read_files(files) == whole
    assert structure_files(read_files(files)) == files


def test_other_files_of_the_site_are_not_looked_at() -> None:
    assert read_files(structure_files(site()) | {"index.html": b"<", "pages/gone.json": b"{"}) == site()


@pytest.mark.parametrize(
    ("path", "content", "field"),
    [
        ("site.json", None, "site.json"),
        ("pages/about.json", None, "pages/about.json"),
        ("site.json", b"{", "site.json"),
        ("site.json", b"[]", "site.json"),
        ("site.json", b"\xff", "site.json"),
        ("site.json", b'{"name": "Boats"}', "site.json.pages"),
        ("site.json", b'{"name": "Boats", "pages": [{}]}', "site.json.pages"),
        ("pages/about.json", b"null", "pages/about.json"),
        ("pages/about.json", json.dumps(page("About!")).encode(), "pages.1.slug"),
    ],
)
def test_files_that_hold_no_structure_are_refused_by_their_place(path: str, content: bytes | None, field: str) -> None:
    files = structure_files(site())
    if content is None:
        del files[path]
    else:
        files[path] = content
    with pytest.raises(BadStructure) as refused:
        read_files(files)
    assert refused.value.field == field
