"""A website's structure: pages that nearly every business needs, in the words of its own brief."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked, has_property
from igny8_lib.sandbox.answers.optimizing import cut
from igny8_lib.sandbox.answers.site_phrases import PARTS, PagePlan, SitePhrases, site_phrases
from igny8_lib.sandbox.answers.spinning import Spinner
from igny8_lib.sandbox.answers.words import part_words

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
LONGEST_NAME, LONGEST_TOPIC, LONGEST_DESCRIPTION, LONGEST_TAGLINE = 60, 50, 300, 120
FEWEST_PAGES = 5
USUAL = ("home", "about", "services", "how", "questions", "blog", "contact")
RESERVE = ("whom", "promise")
"""What is planned where pages that stay leave too few others."""
TYPES = {"home", "about", "services", "products", "blog", "contact"}
"""Pages that are called by their type; all others are custom."""
REQUIRED = ("home", "contact")
LOOKS = {"palette": "palettes", "typography": "typographies", "personality": "personalities"}


def site_structure(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {name, business_type, industry, audience, brief, objectives, kept, chosen, offered}."""
    phrases, names = site_phrases(asked.language), names_of(item)
    chosen = {name: str(value) for name, value in (item.get("chosen") or {}).items() if value}
    spinner = Spinner(f"{names}", ())
    looks = {name: spinner.sample(list(item["offered"][plural]), 1)[0] for name, plural in LOOKS.items()}
    answer = {
        "tagline": cut(filled(phrases.site["tagline"], names), LONGEST_TAGLINE),
        "layout": "default",
        "template": "marketing",
        "pages": [planned(key, plan, item, phrases, names) for key, plan in plans_for(item, phrases)],
    }
    return {name: value for name, value in (answer | looks | chosen).items() if wanted(name, asked)}


def wanted(name: str, asked: Asked) -> bool:
    """Whether the answer's schema has the property; all are wanted where there is no schema."""
    return not asked.schema or has_property(asked.schema, name)


def names_of(item: Mapping[str, Any]) -> dict[str, str]:
    """What is put into phrases: the website's name, and what it is about."""
    name = " ".join(str(item.get("name") or "").split()) or "…"
    topic = str(item.get("industry") or "").strip() or str(item.get("business_type") or "").strip() or name
    return {"name": cut(name, LONGEST_NAME), "topic": cut(" ".join(topic.split()), LONGEST_TOPIC)}


def filled(text: str, names: Mapping[str, str]) -> str:
    """A phrase with the names in it."""
    return re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], match[0]), text)


def plans_for(item: Mapping[str, Any], phrases: SitePhrases) -> list[tuple[str, PagePlan]]:
    """The pages that are missing, in the order of the navigation."""
    kept = [page for page in item.get("kept") or () if isinstance(page, Mapping)]
    sells = mentions([item.get("business_type"), item.get("industry")], phrases.site["shops"])
    keys = ["products" if sells and key == "services" else key for key in USUAL]
    chosen = [key for key in keys if not stands(key, phrases.plans[key], kept)]
    spare = [key for key in RESERVE if not stands(key, phrases.plans[key], kept)]
    chosen[-1:-1] = spare[: max(FEWEST_PAGES - len(chosen) - len(kept), 0)]
    return [(key, phrases.plans[key]) for key in chosen]


def stands(key: str, plan: PagePlan, kept: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a page that stays is this one, or one like it."""
    if key in TYPES and any(page.get("type") == key for page in kept):
        return True
    return key not in REQUIRED and any(
        page.get("slug") == plan.slug or str(page.get("title")).casefold() == plan.title.casefold() for page in kept
    )


def planned(
    key: str, plan: PagePlan, item: Mapping[str, Any], phrases: SitePhrases, names: Mapping[str, str]
) -> dict[str, Any]:
    """One page as the answer's JSON."""
    kept = [page for page in item.get("kept") or () if isinstance(page, Mapping)]
    taken = {str(page.get("slug")) for page in kept}
    called = {str(page.get("title")).casefold() for page in kept}
    numbered = (plan.slug if number == 1 else f"{plan.slug}-{number}" for number in range(1, len(taken) + 2))
    sections = sections_for(key, plan, item, phrases)
    return {
        "slug": next(slug for slug in numbered if slug not in taken),
        "title": f"{plan.title}: {names['name']}" if plan.title.casefold() in called else plan.title,
        "type": key if key in TYPES else "custom",
        "description": cut(filled(plan.description, names), LONGEST_DESCRIPTION),
        "purpose": filled(plan.purpose, names),
        "sections": [{"type": kind, "purpose": filled(purpose, names)} for kind, purpose in sections],
    }


def sections_for(key: str, plan: PagePlan, item: Mapping[str, Any], phrases: SitePhrases) -> list[tuple[str, str]]:
    """The page's sections: a form where there is an address for it, pictures where the brief speaks of some."""
    said = [item.get("brief"), *(item.get("objectives") or ())]
    reachable = any(EMAIL.search(str(text or "")) for text in said)
    sections = [one for one in plan.sections if one[0] != "contact_form" or reachable]
    more = {"home": "gallery", "about": "beside_picture"}.get(key)
    if more and mentions(said, phrases.site["pictures"]):
        kind, _, purpose = phrases.site[more].partition(PARTS)
        sections.insert(len(sections) - 1, (kind, purpose))
    return sections


def mentions(texts: Iterable[object], words: str) -> bool:
    """Whether a text has one of the words, or a word that ends or begins with one of at least five letters."""
    own = set(words.split())
    long = tuple(word for word in own if len(word) >= len("bilde"))
    said = {word.casefold() for text in texts for word in part_words(str(text or ""))}
    return any(word in own or (long and (word.startswith(long) or word.endswith(long))) for word in said)
