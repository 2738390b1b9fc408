"""A website's structure as files: site.json with everything but the pages, and a file for each page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from igny8_lib.site_builder.documents import BadStructure, SiteDocument, read_site

SITE = "site.json"


def structure_files(site: SiteDocument) -> dict[str, bytes]:
    """site.json, whose `pages` are the slugs in order, and pages/{slug}.json for each of them."""
    whole = site.model_dump(mode="json", exclude={"pages"}) | {"pages": [page.slug for page in site.pages]}
    return {SITE: as_json(whole)} | {page_file(page.slug): as_json(dumped(page)) for page in site.pages}


def read_files(files: Mapping[str, bytes]) -> SiteDocument:
    """The structure of a rendered site, exactly as it was rendered.

    Raises BadStructure where a file is missing, is no JSON, or holds what no structure can; `field` begins with the
    file where that is known, else it is as read_site gives it.
    """
    site = read_json(files, SITE)
    slugs = site.get("pages")
    if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
        raise BadStructure(f"{SITE}.pages", "must be the list of the pages' slugs")
    return read_site(site | {"pages": [read_json(files, page_file(slug)) for slug in slugs]})


def page_file(slug: str) -> str:
    """The path of a page's document."""
    return f"pages/{slug}.json"


def dumped(model: BaseModel) -> dict[str, Any]:
    """The model as JSON has it."""
    return model.model_dump(mode="json")


def as_json(document: Mapping[str, Any]) -> bytes:
    """The document as a file that people can read and compare."""
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def read_json(files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    """The document in a file. Raises BadStructure."""
    if path not in files:
        raise BadStructure(path, "the file is missing")
    try:
        document = json.loads(files[path])
    except (ValueError, RecursionError) as error:
        raise BadStructure(path, f"is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise BadStructure(path, "must be a JSON object")
    return document
