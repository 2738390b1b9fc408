"""Briefs of websites, sound answers to them, and the sandbox's answers without a server between."""

from __future__ import annotations

from typing import Any

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.ai.requests import A, SiteBrief, TextRequest
from igny8_lib.ai.schema import strict_schema
from igny8_lib.sandbox.chat import answer_text
from igny8_lib.sandbox.protocol import ChatRequest
from igny8_lib.sandbox.switches import Rewrite
from igny8_lib.site_builder.asking.page import OtherPage, PageBrief
from igny8_lib.site_builder.asking.structure import PlannedPage, SiteStructure, StructureBrief

SITE = SiteBrief("Boats", "boats.example", "en", "")
BRIEF = (
    "We repair boats in Falmouth, since 1987, for £ 490 a season. Ann Trevose builds, call +44 1326 000 111. "
    'Maud Pender said: "On time, and not a penny more." Write to yard@boats.example, see www.boats.example/yard.'
)
GERMAN = (
    "Wir reparieren Boote im Hafen und beraten alle, die eines kaufen wollen, ohne Umwege und mit viel Geduld. "
    "Wer zu uns kommt, bekommt zuerst eine ehrliche Antwort und danach erst ein Angebot, das auch morgen noch gilt. "
) * 6


def site_of(language: str) -> SiteBrief:
    """The site in a language."""
    return SiteBrief("Boats", "boats.example", language, "")


def structure_brief(**values: Any) -> StructureBrief:
    """What people want."""
    usual = {"name": "Boats & Sons", "business_type": "Yard", "industry": "Boat repair", "audience": "Owners"}
    return StructureBrief(**usual | {"brief": BRIEF, "objectives": ["More messages"]} | values)


def planned(slug: str, kind: str = "custom", *sections: str, **values: Any) -> dict[str, Any]:
    """A page as a plan has it."""
    told = [{"type": each, "purpose": f"Says what {each} says"} for each in sections or ("hero", "text")]
    usual = {"slug": slug, "title": slug.title(), "type": kind, "description": f"About {slug}.", "sections": told}
    return usual | {"purpose": f"Tells of {slug}."} | values


def structure(*pages: dict[str, Any], **values: Any) -> SiteStructure:
    """A structure of the pages, or of five sound ones."""
    five = [planned("home", "home"), planned("about"), planned("services", "services"), planned("blog", "blog")]
    looks = {"layout": "default", "template": "marketing", "palette": "harbour", "typography": "modern"}
    usual = {
        "tagline": "Boats, repaired",
        "personality": "calm",
        "pages": pages or [*five, planned("contact", "contact")],
    }
    return SiteStructure.model_validate(looks | usual | values)


def page_brief(*sections: str, **values: Any) -> PageBrief:
    """What the writer is told of the page about-us."""
    page = PlannedPage.model_validate(planned("about-us", "about", *sections))
    said: dict[str, Any] = {
        "site_name": "Boats & Sons",
        "tagline": "Boats, repaired",
        "audience": "Owners",
        "brief": BRIEF,
    }
    others = [OtherPage("home", "Home", "home"), OtherPage("contact", "Contact", "contact")]
    return PageBrief(**said | {"objectives": ["More messages"], "page": page, "others": others} | values)


def block(kind: str, data: dict[str, Any], block_id: str = "") -> dict[str, Any]:
    """A block as an AI gives it."""
    return {"id": block_id or kind.replace("_", "-"), "type": kind, "data": data}


def hero(**values: Any) -> dict[str, Any]:
    """A sound hero with a button."""
    buttons = [{"label": "Write", "target": "page:contact"}]
    return block("hero", {"title": "The yard in Falmouth", "lead": "Boats of all sizes.", "buttons": buttons} | values)


def text(body: str = "We repair boats.", block_id: str = "text") -> dict[str, Any]:
    """A sound text."""
    return block("text", {"title": "How we work", "body": body}, block_id)


def page(*blocks: Any, **values: Any) -> dict[str, Any]:
    """A page as an AI answers it."""
    return {"title": "About us", "description": "Who we are.", "blocks": list(blocks or (hero(), text()))} | values


def answered(answer: str) -> TextAnswer:
    """An answer as the client gives it."""
    return TextAnswer(answer, "stop", "sandbox", TokenUsage(), 1, 1)


def ask(request: TextRequest[A], rewrite: Rewrite = Rewrite.BETTER) -> TextAnswer:
    """What the sandbox answers to the request."""
    schema = {"name": request.schema_name, "schema": strict_schema(request.answer)}
    body = {"response_format": {"type": "json_schema", "json_schema": schema}, "messages": request.messages}
    return answered(answer_text(ChatRequest.model_validate(body | {"model": "any"}), rewrite))
