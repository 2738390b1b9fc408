"""Sentences that say how they go on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.analysis.transition_words import CONNECTIVES
from igny8_lib.analysis.transitions import has_transition

WITH = [
    ("en", "However, it rained."),
    ("en", "We stayed in BECAUSE it rained."),
    ("en", "It was not only cold but wet."),
    ("en", "On the other\nhand, it was warm."),
    ("de", "Deshalb blieben wir zu Hause."),
    ("de", "Es regnete, zum Beispiel gestern."),
    ("de", "Sie ist sowohl klug als auch schnell."),
    ("es", "Sin embargo, llovió."),
    ("es", "No solo llovió, sino que nevó."),
    ("fr", "C’est pourquoi nous restons."),
    ("fr", "Par exemple, hier."),
    ("it", "Tuttavia pioveva."),
    ("it", "Non solo piove, ma nevica."),
    ("nl", "Daarom bleven wij thuis."),
    ("nl", "Het is zowel koud als nat."),
    ("pt", "No entanto, choveu."),
    ("pt-BR", "Por exemplo, ontem."),
    ("ru", "Тем не менее мы пошли."),
    ("ru", "Мы остались дома потому, что шёл дождь."),
    ("ru", "Во-первых, холодно."),
]
WITHOUT = [
    ("en", "A tribute to the button and its hence-man Howevers."),
    ("en", "But-less first-class seats."),
    ("en", "He is only cold."),
    ("de", "Die Oberfläche ist glatt."),
    ("es", "El perro duerme."),
    ("fr", "Le chien dort."),
    ("it", "Il cane dorme."),
    ("nl", "De hond slaapt."),
    ("pt", "O cão dorme."),
    ("ru", "Собака спит."),
]


@pytest.mark.parametrize(("language", "sentence"), WITH)
def test_a_sentence_with_a_transition_word_is_told(language: str, sentence: str) -> None:
    assert has_transition(sentence, language) is True


@pytest.mark.parametrize(("language", "sentence"), WITHOUT)
def test_parts_of_words_and_half_a_pair_are_no_transition(language: str, sentence: str) -> None:
    assert has_transition(sentence, language) is False


@pytest.mark.parametrize("language", ["pl", "ja", "sv", ""])
def test_a_language_without_rules_says_so(language: str) -> None:
    assert has_transition("However, tak.", language) is None


@pytest.mark.parametrize("code", list(CONNECTIVES))
def test_every_entry_of_a_list_is_found_in_a_sentence(code: str) -> None:
    entries = [" ".join(entry.split()) for entry in CONNECTIVES[code].split(";")]
    assert len(entries) == len(set(entries)) > 80
    assert [entry for entry in entries if not has_transition(f"Xx {entry.replace(' … ', ' yy ')}, zz.", code)] == []


@given(st.text(max_size=200), st.sampled_from(["en", "de", "ru", "xx"]))
def test_no_sentence_raises(sentence: str, language: str) -> None:
    assert has_transition(sentence, language) in {True, False, None}
