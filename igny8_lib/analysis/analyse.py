"""How well an article does: every check that its HTML, its facts and its language allow."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from igny8_lib.analysis import engagement, readability, seo_keyphrase, seo_page
from igny8_lib.analysis.document import LISTS, Document
from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.results import ANALYSIS_VERSION, Analysis, Check, Measure
from igny8_lib.analysis.rules import NotMeasured, Rule, percent

EVERYWHERE = (*seo_page.RULES, *readability.RULES, *engagement.RULES)


def analyse(html: str, facts: Facts) -> Analysis:
    """Check an article: as sanitised, or any HTML. Pure, linear in the length of the HTML, and never raises.

    A check that the language has no rules for, or whose fact is not known, is left out and named in `not_measured`.
    """
    document = Document(html, facts)
    checks: list[Check] = []
    not_measured: list[str] = []
    for rule in rules_for(document):
        found = rule.look(document)
        if isinstance(found, NotMeasured):
            not_measured.append(found.sentence)
        elif found is not None:
            checks.append(rule.check(found))
    return Analysis(
        ANALYSIS_VERSION,
        digest_of(html, facts),
        facts.language,
        tuple(checks),
        measures_of(document),
        tuple(not_measured),
    )


def rules_for(document: Document) -> tuple[Rule, ...]:
    """All rules; those about the keyphrase where there is one."""
    has_keyphrase = seo_keyphrase.keyphrase_set(document).points > 0
    return (seo_keyphrase.SET, *(seo_keyphrase.RULES if has_keyphrase else ()), *EVERYWHERE)


def digest_of(html: str, facts: Facts) -> str:
    """The SHA-256 of the HTML and the facts: whoever has an analysis of the same digest and version need not make it
    anew."""
    told = json.dumps(asdict(facts) | {"hosts": sorted(facts.hosts)}, sort_keys=True)
    return sha256(f"{told}\n{html}".encode("utf-8", "surrogatepass")).hexdigest()


def measures_of(document: Document) -> dict[str, Measure]:
    """Figures of an article; None where they cannot be measured."""
    ease = document.reading_ease
    sentences = document.sentences
    internal = sum(link.is_internal for link in document.links)
    spoken = document.keyphrase_places
    return {
        "words": document.words,
        "sentences": len(sentences),
        "paragraphs": len(document.paragraphs),
        "headings": len(document.headings),
        "words_per_sentence": round(sum(s.words for s in sentences) / len(sentences), 1) if sentences else None,
        "syllables_per_word": round(ease.syllables / ease.words, 2) if ease else None,
        "reading_ease": round(ease.score, 2) if ease else None,
        "reading_level": ease.level.value if ease else None,
        "keyphrase": len(spoken),
        "keyphrase_density": round(percent(len(spoken), document.words), 2),
        "internal_links": internal,
        "outbound_links": len(document.links) - internal,
        "images": len(document.images),
        "lists": len(document.elements(LISTS)),
        "tables": len(document.elements({"table"})),
    }
