"""One page of a website: a block for each planned section, with phrases that fit the page."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from igny8_lib.sandbox.answers.asked import PLAINLY, Asked
from igny8_lib.sandbox.answers.optimizing import cut
from igny8_lib.sandbox.answers.site_phrases import SitePhrases, site_phrases
from igny8_lib.sandbox.answers.site_structure import EMAIL, filled, names_of
from igny8_lib.sandbox.answers.site_worsening import worse_page

LONGEST_HEADING, LONGEST_EYEBROW, LONGEST_TITLE, LONGEST_DESCRIPTION = 110, 60, 120, 160
ITEMS, QUESTIONS, STEPS, PICTURES = (3, 6), (3, 5), 5, 6
WITHOUT_PLAN = ("hero", "text", "feature_grid", "call_to_action")
TITLED = {"home", "about", "services", "products", "blog", "contact"}
"""Types of pages whose first heading has a phrase of its own."""
FITTING = {"about": 0, "promise": 0, "how": 1, "products": 2, "questions": 3, "blog": 4}
"""Which of the running texts fits a page of its own, by its place in the file."""
FIT_EVERYWHERE = 3
"""So many of the first ones."""

Data = dict[str, Any]


class PageWriter:
    """Writes the blocks of one page; the same page gets the same texts."""

    def __init__(self, item: Mapping[str, Any], phrases: SitePhrases) -> None:
        website, self.page = item["website"], item["page"]
        self.phrases = phrases
        self.others = [page for page in item.get("other_pages") or () if isinstance(page, Mapping)]
        self.names = names_of(website) | {"title": " ".join(str(self.page["title"]).split())}
        tagline = " ".join(str(website.get("tagline") or "").split()) or self.names["name"]
        self.names |= {"tagline": tagline, "topic": cut(tagline.partition(":")[0], LONGEST_EYEBROW)}
        self.email = next(iter(emails_in([website, item.get("remark")])), "")
        seed = f"{self.page['slug']}/{item.get('remark') or ''}"
        self.chance = random.Random(seed)  # noqa: S311 - a choice of words, not a secret
        pictures = [dict(each) for each in item.get("pictures") or ()]
        self.pictures = self.chance.sample(pictures, len(pictures))
        self.said: set[str] = set()
        self.kind = str(self.page.get("type"))

    def say(self, name: str) -> str:
        """A text with the names in it."""
        return filled(self.phrases.words[name], self.names)

    def texts(self, name: str, number: int) -> Iterator[tuple[str, str]]:
        """So many headings with their texts, in the order of the file; none that this page has already."""
        fresh = [one for one in self.phrases.lists[name] if one[0] not in self.said]
        chosen = sorted(self.chance.sample(range(len(fresh)), min(number, len(fresh))))
        for heading, text in (fresh[place] for place in chosen):
            self.said.add(heading)
            yield filled(heading, self.names), filled(text, self.names)

    def running_text(self) -> tuple[str, str]:
        """A heading and paragraphs that fit the page: those of pages like it, else what fits everywhere."""
        key = next((key for key, plan in self.phrases.plans.items() if plan.slug == self.page["slug"]), self.kind)
        every = self.phrases.lists["texts"]
        fitting = [every[FITTING[key]]] if key in FITTING else []
        usual = self.chance.sample(every[:FIT_EVERYWHERE], FIT_EVERYWHERE)
        heading, body = next(one for one in (*fitting, *usual) if one[0] not in self.said)
        self.said.add(heading)
        return filled(heading, self.names), filled(body, self.names)

    def button(self) -> list[Data]:
        """The button that the site leads to: the contact page, else the home page; on the contact page home."""
        for kind, label in (("contact", "button_contact"), ("home", "button_home")):
            for page in self.others:
                if page.get("type") == kind:
                    return [{"label": self.say(label), "target": f"page:{page['slug']}"}]
        return [{"label": self.say("button_home"), "target": f"page:{self.page['slug']}"}]

    def picture(self) -> Data | None:
        """The next picture that the page does not show yet."""
        if not self.pictures:
            return None
        picture = self.pictures.pop(0)
        return {"file": picture["file"], "alt": picture.get("shows") or ""}

    def hero(self) -> Data:
        """The first block: what the page is about."""
        kind = self.kind if self.kind in TITLED else "custom"
        return {
            "eyebrow": cut(self.say("eyebrow"), LONGEST_EYEBROW) if kind == "home" else "",
            "title": cut(self.say(f"hero_{kind}"), LONGEST_HEADING),
            "lead": self.say(f"lead_{kind}"),
            "buttons": self.button(),
            "picture": self.picture(),
        }

    def feature_grid(self) -> Data:
        """A few cards."""
        cards = self.texts("features", self.chance.randint(*ITEMS))
        items = [{"title": title, "text": text, "link": None} for title, text in cards]
        return {"title": self.say("features_title"), "lead": "", "items": items}

    def steps(self) -> Data:
        """All steps, in their order."""
        items = [{"title": title, "text": text} for title, text in self.texts("steps", STEPS)]
        return {"title": self.say("steps_title"), "lead": self.say("steps_lead"), "items": items}

    def faq(self) -> Data:
        """A few questions."""
        questions = self.texts("faq", self.chance.randint(*QUESTIONS))
        items = [{"question": question, "answer": answer} for question, answer in questions]
        return {"title": self.say("faq_title"), "lead": "", "items": items}

    def text(self) -> Data:
        """Running text, and that no model wrote it."""
        title, body = self.running_text()
        return {"title": title, "body": f"{body}\n\n{self.say('note')}"}

    def call_to_action(self) -> Data:
        """One thing to do."""
        title, lead = next(self.texts("cta", 1))
        return {"title": title, "lead": lead, "buttons": self.button()}

    def contact_form(self) -> Data:
        """A form whose messages go to the address that the input gives."""
        said = {name: self.say(f"form_{name}") for name in ("title", "lead", "note", "button")}
        return said | {"endpoint": f"mailto:{self.email}", "details": ""}

    def latest_articles(self) -> Data:
        """The newest articles."""
        return {"title": self.say("latest_title"), "lead": self.say("latest_lead"), "count": 3}

    def gallery(self) -> Data:
        """Pictures that are there."""
        shown = [{"picture": picture, "caption": ""} for _ in range(PICTURES) if (picture := self.picture())]
        return {"title": self.say("gallery_title"), "lead": "", "items": shown}

    def image_text(self) -> Data:
        """A text beside a picture."""
        _, body = self.running_text()
        picture = self.picture()
        title = self.say("beside_picture_title")
        return {"title": title, "body": body, "picture": picture, "side": "end", "buttons": []}

    def data(self, kind: str) -> Data | None:
        """The data of a block of the type; None for types that state facts, and where something is missing."""
        make = MAKERS.get(kind)
        if make is None or (kind in {"gallery", "image_text"} and not self.pictures):
            return None
        if kind == "contact_form" and not self.email:
            return None
        try:
            data = make(self)
        except StopIteration:
            return None
        return data if data.get("items", True) else None


MAKERS: Mapping[str, Callable[[PageWriter], Data]] = {
    "hero": PageWriter.hero,
    "feature_grid": PageWriter.feature_grid,
    "steps": PageWriter.steps,
    "faq": PageWriter.faq,
    "text": PageWriter.text,
    "call_to_action": PageWriter.call_to_action,
    "contact_form": PageWriter.contact_form,
    "latest_articles": PageWriter.latest_articles,
    "gallery": PageWriter.gallery,
    "image_text": PageWriter.image_text,
}


def site_page(item: Mapping[str, Any], asked: Asked = PLAINLY) -> dict[str, Any]:
    """The answer to INPUT {website, page, other_pages, kept, pictures, blocks, remark}."""
    phrases = site_phrases(asked.language)
    writer = PageWriter(item, phrases)
    kept = [block for block in item.get("kept") or () if isinstance(block, Mapping)]
    taken = {str(block.get("id")) for block in kept}
    blocks = []
    for kind in kinds_for(item, [str(block.get("type")) for block in kept]):
        data = writer.data(kind)
        if data is not None:
            blocks.append({"id": free_id(kind, taken), "type": kind, "data": data})
    if not any(block["type"] == "text" for block in blocks) and (data := writer.data("text")):
        place = max(len(blocks) - 1, 1) if blocks else 0
        blocks.insert(place, {"id": free_id("text", taken), "type": "text", "data": data})
    planned = " ".join(str(item["page"].get("description") or "").split())
    answer = {
        "title": cut(writer.names["title"] or writer.names["name"], LONGEST_TITLE),
        "description": cut(planned or writer.say("page_description"), LONGEST_DESCRIPTION),
        "blocks": blocks,
    }
    return worse_page(answer, asked.rewrite, site_phrases(phrases.words["foreign"]))


def kinds_for(item: Mapping[str, Any], kept: list[str]) -> Iterator[str]:
    """The types of blocks to write: those that are planned and offered, without those that stand there."""
    planned = [str(section["type"]) for section in item["page"].get("sections") or ()] or list(WITHOUT_PLAN)
    offered = item.get("blocks")
    standing = list(kept)
    for kind in planned:
        if kind in standing:
            standing.remove(kind)
        elif offered is None or kind in offered:
            yield kind


def free_id(kind: str, taken: set[str]) -> str:
    """An id that no block has; it is taken then."""
    base = kind.replace("_", "-")
    found = next(name for number in count(1) if (name := base if number == 1 else f"{base}-{number}") not in taken)
    taken.add(found)
    return found


def emails_in(value: object) -> Iterator[str]:
    """The email addresses in a JSON value's texts."""
    if isinstance(value, str):
        for match in EMAIL.finditer(value):
            yield re.sub(r"^[<(\"']+|[>).,;:!?\"']+$", "", match[0])
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from emails_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from emails_in(each)
