"""Passive voice: where a sentence says what is done to somebody instead of who does it.

A passive is a form of the language's auxiliary and a past participle in the same clause; which forms these are stands
in `passive_rules`. What a rule cannot tell is left out rather than marked: a reader who is shown a passive that is
none believes the next mark less. So the score of a text may miss some, and hardly has too many.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from igny8_lib.analysis.passive_rules import RULES, Rule
from igny8_lib.analysis.words import Span, Word, words
from igny8_lib.text.language import main_language

CLAUSE_END = re.compile(r"[;:()\u2013\u2014]|,(?!\d)|\s-\s")


def passive_spans(sentence: str, language: str) -> list[Span] | None:
    """Where the sentence is passive: spans from the auxiliary to the participle, or the other way about.

    None where the language (BCP 47) has no rules. Linear in the sentence's length; no text raises.
    """
    rule = RULES.get(main_language(language))
    if rule is None:
        return None
    return [span for clause in clauses(sentence) for span in of_clause(sentence, clause, rule)]


def clauses(sentence: str) -> Iterator[Sequence[Word]]:
    """The words of a sentence, parted where punctuation ends a clause."""
    ends = [found.start() for found in CLAUSE_END.finditer(sentence)]
    clause: list[Word] = []
    at = 0
    for word in words(sentence):
        if at < len(ends) and ends[at] < word.start:
            yield clause
            clause = []
        while at < len(ends) and ends[at] < word.start:
            at += 1
        clause.append(word)
    yield clause


def of_clause(sentence: str, clause: Sequence[Word], rule: Rule) -> Iterator[Span]:
    """The passives of a clause: each auxiliary with the nearest participle in its reach, each participle once."""
    participles = [at for at, word in enumerate(clause) if can_be_participle(sentence, word, rule)]
    taken = -1
    for at, word in enumerate(clause):
        if word.text not in rule.auxiliaries or (at and clause[at - 1].text in rule.not_after):
            continue
        partner = partner_of(at, participles, clause, rule)
        if partner is not None and partner > taken:
            taken = partner
            first, last = sorted((at, partner))
            yield clause[first].start, clause[last].end


def can_be_participle(sentence: str, word: Word, rule: Rule) -> bool:
    """Whether the word has a participle's form, and is no noun by its capital."""
    if rule.nouns_are_capitals and word.start > 0 and sentence[word.start].isupper():
        return False
    return rule.is_participle(word.text)


def partner_of(at: int, participles: Sequence[int], clause: Sequence[Word], rule: Rule) -> int | None:
    """The participle that goes with the auxiliary at this place: the next one, or else the one before."""
    place = bisect_right(participles, at)
    if place < len(participles) and fits(at, participles[place], clause, rule):
        return participles[place]
    if place and rule.reach_back and at - participles[place - 1] <= rule.reach_back:
        before = participles[place - 1]
        return before if rule.go_together(clause[at].text, clause[before].text) else None
    return None


def fits(at: int, participle: int, clause: Sequence[Word], rule: Rule) -> bool:
    """Whether the auxiliary and a participle after it are near enough, and only what may stand between them does."""
    if participle - at > rule.reach or not rule.go_together(clause[at].text, clause[participle].text):
        return False
    between = rule.between
    return between is None or all(between.fullmatch(word.text) for word in clause[at + 1 : participle])
