"""Writing one page of a website: what it is to do for whom, and its planned sections, become blocks of text.

What a block is and what a good page has to keep is said by whoever asks (site_builder).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import A, SiteBrief, TextRequest

VERSION = "generate_site_page/v1"
TOKENS_AROUND = 2000
TOKENS_PER_SECTION = 1500
"""Generous: a section of 250 words needs some 400 in English, a thousand in other scripts."""


def request(
    site: SiteBrief,
    item: Mapping[str, object],
    answer: type[A],
    check: Callable[[A], None],
    keep_right: Callable[[A], A | None],
    *,
    sections: int,
    remark: bool,
) -> TextRequest[A]:
    """Ask for one page of about so many sections. `item` is the site, the page, and what there is to write with;
    `remark` says whether it holds what an editor wants of this page.

    It cannot be halved: a truncated one is asked for with more room.
    """
    return TextRequest(
        function="generate_site_page",
        prompt_version=VERSION,
        prompt=render(VERSION, site, item, with_remark=remark),
        schema_name="site_page",
        answer=answer,
        check=check,
        keep_right=keep_right,
        max_output_tokens=TOKENS_AROUND + TOKENS_PER_SECTION * sections,
    )
