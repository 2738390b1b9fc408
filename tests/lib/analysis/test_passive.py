"""Passive voice, by languages: what is one, what looks like one, and where it stands."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.analysis.passive import passive_spans
from igny8_lib.analysis.passive_rules import RULES

PASSIVE = [
    ("en", "The house [was built] in 1990."),
    ("en", "It [is often said] that the tower [was not seen]."),
    ("en", "It has [been being slowly repaired]."),
    ("en", "[They’re made] by hand, and he [got fired]."),
    ("en", "Costs will [be cut]."),
    ("de", "Das Haus [wurde im Jahr 1990 von zwei Brüdern gebaut]."),
    ("de", "Ich glaube, dass der Baum [gefällt wurde]."),
    ("de", "Der Text [wird automatisch geprüft] und gespeichert."),
    ("de", "Das Haus [wurde verlassen]."),
    ("de", "Hier [werden Anträge bearbeitet]."),
    ("nl", "Het huis [wordt morgen door de gemeente verkocht]."),
    ("nl", "Ik weet dat het brood [gebakken wordt]."),
    ("es", "La casa [fue construida] y el libro no ha [sido escrito]."),
    ("es", "Las leyes [son aprobadas] por el parlamento."),
    ("fr", "La maison a [été construite] et le pain [n’est pas vendu] ici."),
    ("fr", "Les murs [sont souvent peints] en blanc."),
    ("it", "La casa [è stata costruita] nel 1990."),
    ("it", "Il pane [viene venduto] qui."),
    ("pt", "A casa [foi construída] e o livro [é muito lido]."),
    ("pt-BR", "As contas [são pagas] hoje."),
    ("ru", "Дом [был построен] в 1990 году."),
    ("ru", "Решение [было принято], и работы [будут скоро завершены]."),
    ("ru", "Вопрос [решён был] вчера."),
]
ACTIVE = [
    ("en", "She is interested in cats and needs a red bed."),
    ("en", "He was a trained engineer, was here, tested it."),
    ("en", "They built the house and are happy."),
    ("de", "Wir werden morgen nach Hause gehen."),
    ("de", "Er wird das Haus verlassen."),
    ("de", "Die Gesellschaften werden größer, gebaut haben sie viel."),
    ("de", "Das ist bekannt geworden."),
    ("nl", "De gebouwen worden ouder."),
    ("es", "Es un estado, es demasiado y es debido a la lluvia."),
    ("fr", "Elle est allée à Paris, ils se sont lavés."),
    ("fr", "C’est une société privée."),
    ("it", "È andato via, si è lavato le mani, è stato bello."),
    ("pt", "É um estado complicado."),
    ("ru", "Это была страна чудес, он был уверен."),
]


def unmarked(text: str) -> tuple[str, list[str]]:
    """The sentence without its marks, and what is marked."""
    plain = text.replace("[", "").replace("]", "")
    return plain, [part.partition("]")[0] for part in text.split("[")[1:]]


@pytest.mark.parametrize(("language", "text"), PASSIVE)
def test_a_passive_is_told_from_auxiliary_to_participle(language: str, text: str) -> None:
    plain, marked = unmarked(text)
    spans = passive_spans(plain, language)
    assert spans is not None
    assert [plain[start:end] for start, end in spans] == marked


@pytest.mark.parametrize(("language", "text"), ACTIVE)
def test_futures_perfects_adjectives_and_nouns_are_no_passive(language: str, text: str) -> None:
    assert passive_spans(text, language) == []


@pytest.mark.parametrize("language", ["pl", "ja", "sv", ""])
def test_a_language_without_rules_says_so(language: str) -> None:
    assert passive_spans("The house was built.", language) is None


@pytest.mark.parametrize("code", list(RULES))
def test_what_is_no_participle_would_else_be_one(code: str) -> None:
    rule = RULES[code]
    idle = [word for word in rule.no_participle if not rule.participle.fullmatch(word)]
    assert sorted(idle) == []


PIECES = ["was ", "built ", "wird ", "gebaut ", "est ", "a ", ", ", "; ", "not ", "ё", "\ud800", "'", "\u00ad", "è "]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from([*RULES, "xx"]))
def test_places_are_in_order_and_do_not_overlap(sentence: str, language: str) -> None:
    spans = passive_spans(sentence, language) or []
    assert all(0 <= start < end <= len(sentence) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
