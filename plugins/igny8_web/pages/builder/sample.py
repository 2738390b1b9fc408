"""A website's looks before there is one: a page in the theme that was chosen, as a document in which nothing runs."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from igny8_lib.models import PageType
from igny8_lib.site_builder.documents import Block, Page, SiteDocument, Theme
from igny8_lib.site_builder.themes import style_sheet
from igny8_lib.site_builder.whole_site import render_site
from igny8_web.pages.builder.doors import Reading
from igny8_web.pages.builder.typed import theme_typed

router = APIRouter(prefix="/sites/{slug}/website")
POLICY = "default-src 'none'; style-src 'sha256-{}'; img-src data:; frame-ancestors 'self'; sandbox"
"""The page's own style sheet, told by its digest, and nothing else."""
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A sample of the style</title><style>{}</style></head>
"""
LINK_TARGET = re.compile(r'\shref="(?!#)[^"]*"')
Word = Annotated[str, Query(max_length=40)]


@router.get("/sample", name="website_sample")
def show_sample(
    door: Reading, palette: Word = "", typography: Word = "", personality: Word = "", brand: Word = ""
) -> HTMLResponse:
    """The page in a theme; a choice that there is not is its default."""
    door.check()
    chosen = {"palette": palette, "typography": typography, "personality": personality, "brand": brand}
    style, page = drawn(theme_typed(chosen))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY.format(digest)})


@lru_cache(maxsize=64)
def drawn(theme: Theme) -> tuple[str, str]:
    """The style sheet, and the page with it inside; links lead nowhere."""
    whole = render_site(sample_of(theme), "https://sample.example/", images={})["index.html"].decode()
    body = LINK_TARGET.sub("", whole[whole.index("<body") :])
    style = style_sheet(theme, {"hero", "feature_grid"}).decode()
    return style, HEAD.format(style) + body


def sample_of(theme: Theme) -> SiteDocument:
    """A website of two pages that says what it is."""
    opening = {
        "eyebrow": "A small line above",
        "title": "How headings will look",
        "lead": "And running text, with buttons below it that lead to what matters most.",
        "buttons": [
            {"label": "The first button", "target": "page:about"},
            {"label": "Another", "target": "page:about"},
        ],
    }
    features = {
        "title": "Three cards",
        "items": [
            {"title": "Corners", "text": "As round as the personality has them."},
            {"title": "Colours", "text": "The palette's, by day and by night."},
            {"title": "Letters", "text": "Of the typography."},
        ],
    }
    blocks = (
        Block(id="hero-1", type="hero", data=opening),
        Block(id="features-1", type="feature_grid", data=features),
    )
    home = Page(slug="home", title="Home", type=PageType.HOME, blocks=blocks)
    about = Page(slug="about", title="About", type=PageType.ABOUT)
    return SiteDocument(name="Your website", theme=theme, pages=(home, about))
