"""Whole websites before the checker that the web's standards are held by: every layout, template and look."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from igny8_lib.site_builder.blocks import BLOCKS
from tests.html_checker import html_faults
from tests.lib.site_builder.articles_made import articles
from tests.lib.site_builder.sites import page, site
from tests.lib.site_builder.test_from_structure_to_visitors import of_everything, rendered
from tests.lib.site_builder.test_looks_in_chromium import LOOKS

NEEDED = FieldInfo()
SHAPES = [*product(("default", "minimal"), ("marketing", "landing"), ("en", "de"))]


def without_headings(kind: str) -> dict[str, Any]:
    """A block of the type whose heading is left out, where it can be."""
    fields = BLOCKS[kind].schema.model_fields
    data = {
        name: value for name, value in BLOCKS[kind].example.items() if name != "title" or fields[name].is_required()
    }
    return {"id": kind.replace("_", "-"), "type": kind, "data": data}


@pytest.mark.slow("the HTML checker is a Java program that reads a few hundred pages")
def test_the_html_checker_finds_nothing_in_whole_sites_of_any_shape_and_look(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for number, (layout, template, language) in enumerate(SHAPES):
        whole = of_everything(layout=layout, template=template, language=language)
        known = articles(12, categories=("Paint & oil",), tags=("wood",))
        files |= {f"shape-{number}/{path}": content for path, content in rendered(whole, known).items()}
    bare = site(page("home", "home", *(without_headings(kind) for kind in sorted(BLOCKS))))
    files |= {f"bare/{path}": content for path, content in rendered(bare, []).items()}
    for number, look in enumerate(LOOKS):
        files |= {f"look-{number}/{path}": content for path, content in rendered(of_everything(theme=look), []).items()}
    assert html_faults(files, tmp_path) == []


def test_the_html_checker_names_the_file_and_the_fault(tmp_path: Path) -> None:
    page = b'<!doctype html>\n<html lang="en"><title>Boats</title>\n<p><h2>In a paragraph</h2></p>\n</html>\n'
    faults = html_faults({"site/index.html": page}, tmp_path)
    assert any("No “p” element in scope" in fault and fault.startswith("site/index.html:") for fault in faults)
