"""Pages of websites that are worse in one way, as models spoil them: for those who must not take them."""

from __future__ import annotations

from typing import Any

from igny8_lib.sandbox.answers.site_phrases import SitePhrases
from igny8_lib.sandbox.switches import Rewrite

NOWHERE = "page:sandbox-nowhere"
PICTURE = "sandbox-nowhere.png"
FIGURES = {"title": "", "lead": "", "items": [{"value": "87 %", "label": "sandbox"}]}
SAID = {"title": "", "lead": "", "items": [{"quote": "…", "name": "Ada Lovelace", "role": "", "picture": None}]}


def worse_page(better: dict[str, Any], rewrite: Rewrite, foreign: SitePhrases) -> dict[str, Any]:
    """The page spoilt in the way that the switch says."""
    blocks = better["blocks"]
    match rewrite:
        case Rewrite.LOST_LINKS:
            blocks = [block | {"data": dead_links(block["data"])} for block in blocks]
        case Rewrite.LOST_IMAGES:
            blocks = [block | {"data": dead_pictures(block["data"])} for block in blocks]
        case Rewrite.NEW_NUMBERS:
            blocks = [*blocks, {"id": "sandbox-figures", "type": "stats", "data": FIGURES}]
        case Rewrite.NEW_NAMES:
            blocks = [*blocks, {"id": "sandbox-names", "type": "testimonials", "data": SAID}]
        case Rewrite.OTHER_LANGUAGE:
            blocks = [
                {"id": f"text-{number}", "type": "text", "data": {"title": heading, "body": body}}
                for number, (heading, body) in enumerate(foreign.lists["texts"])
            ]
        case Rewrite.HALF:
            blocks = blocks[: len(blocks) // 4]
        case Rewrite.LOWER_SCORE:
            blocks = [block | {"id": blocks[0]["id"]} for block in blocks]
        case _:
            return better
    return better | {"blocks": blocks}


def dead_links(data: dict[str, Any]) -> dict[str, Any]:
    """The data with buttons that lead to a page that is not there."""
    buttons = [button | {"target": NOWHERE} for button in data.get("buttons", ())]
    return data | ({"buttons": buttons} if buttons else {})


def dead_pictures(data: dict[str, Any]) -> dict[str, Any]:
    """The data with a picture that is not there."""
    return data | ({"picture": {"file": PICTURE, "alt": ""}} if "picture" in data else {})
