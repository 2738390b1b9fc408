"""Planning a website: a brief in people's words becomes pages, each with its purpose and its sections.

What a structure is, which blocks there are and what a good one has to keep is said by whoever asks (site_builder).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from igny8_lib.ai.prompts import render
from igny8_lib.ai.requests import A, SiteBrief, TextRequest

VERSION = "generate_site_structure/v1"
MAX_OUTPUT_TOKENS = 10_000
"""A dozen pages with their sections in any script."""


def request(
    site: SiteBrief,
    item: Mapping[str, object],
    answer: type[A],
    check: Callable[[A], None],
    keep_right: Callable[[A], A | None],
    *,
    at_least: int,
    at_most: int,
    reserved: Iterable[str],
) -> TextRequest[A]:
    """Ask for the structure of a website. `item` is the brief, what is there already, and what there is to choose from;
    there are to be so many pages at least, with those that are there, and so many new ones at most.

    It cannot be halved: a truncated one is asked for with more room.
    """
    return TextRequest(
        function="generate_site_structure",
        prompt_version=VERSION,
        prompt=render(VERSION, site, item, at_least=at_least, at_most=at_most, reserved=", ".join(sorted(reserved))),
        schema_name="site_structure",
        answer=answer,
        check=check,
        keep_right=keep_right,
        max_output_tokens=MAX_OUTPUT_TOKENS,
    )
