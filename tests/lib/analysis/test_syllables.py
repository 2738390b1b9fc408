"""Syllables of single words, counted by saying them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.analysis import syllables_english
from igny8_lib.analysis.syllables import RULES, syllables

WORDS = {
    "en": """the/1 platypus/3 hybrid/2 mammal/2 creature/2 seemingly/3 don't/1 cat's/1 boss's/2 dogs'/1 well-known/2
        every/2 our/1 table/2 tables/2 wanted/2 asked/1 careful/2 boxes/2 times/1 radio/3 nation/2 idea/3 people/2
        business/2 being/2 quiet/2 science/2 area/3 rhythm/2 McDonald/3 naïve/2 queue/1 played/1 something/2""",
    "de": """Museum/3 Familie/4 Wien/1 Italien/4 Ferien/3 Theater/3 Ideen/3 Idee/2 beurteilen/4 beinhalten/4 geehrt/2
        geeignet/3 vielleicht/2 speziell/3 Patienten/4 dient/1 verdient/2 Nation/3 Bauer/2 Feuer/2 Eier/2 Yoga/2
        System/2 aktuell/3 Kooperation/6 Jubiläum/4 Räume/2 Energie/3 Studien/3 Industrie/3 Team/1 ideal/3 online/2
        schreien/2 knien/1 Quelle/2 Hygiene/4 Ozean/3 europäische/5 beenden/3 Beet/1 effizient/4 Straßenbahn/3""",
    "es": """día/2 idea/3 país/2 agua/2 ciudad/2 cuidado/3 que/1 guía/2 guerra/2 aéreo/4 baúl/2 muy/1 y/1 rey/1 mayo/2
        ahora/3 construir/2 continúa/4 veintiún/2 oía/3 reír/2 averigüe/4 quién/1 huevo/2 leer/2 teatro/3 Uruguay/3
        pingüino/3 historia/3 océano/4 energía/4 playa/2 ciencia/2 museo/3 situación/3""",
    "fr": """eau/1 l'eau/1 qu'il/1 table/1 maintenant/3 les/1 que/1 langue/1 mangea/2 pigeon/2 accueil/2 pays/2
        paysage/3 paiement/2 jouera/2 client/2 parlent/1 moment/2 aiment/1 souvent/2 vent/1 argent/2 gardent/1
        regardent/2 séparent/2 oublier/3 février/3 trois/1 cruel/2 bouillon/2 feuille/1 juillet/2 oui/1 nuage/2 nation/2
        mieux/1 naïf/2 Noël/2 poésie/3 chaos/2 août/1 années/2 payer/2 voyage/2 yeux/1 théâtre/2 aujourd'hui/3 œuvre/1
        où/1""",
    "it": """mio/2 tuo/2 tuoi/1 due/2 via/2 Italia/3 storia/2 idea/3 paese/3 mai/1 noi/1 paura/2 aiuto/3 buio/2 gioia/2
        maiale/3 vuoi/1 miei/1 continuiamo/5 riunione/4 bianco/2 dieci/2 cliente/3 più/1 perché/2 energia/4 farmacia/4
        tecnologia/5 libreria/4 materia/3 l'idea/3 dell'acqua/3 guida/2 cioè/2 così/2 aereo/4 tagliamo/3 famiglia/3""",
    "nl": """museum/3 theater/3 idee/2 leeuw/1 nieuw/1 nieuwe/2 radio/3 sociaal/3 financieel/4 officiële/5 patiënt/3
        informatie/4 gaan/1 buien/2 haaien/2 groeien/2 mooie/2 vrouwen/2 blijven/2 bijen/2 video/3 coöperatie/5 zeeën/2
        huis/1 geïnteresseerd/5 reünie/3 koeien/2 natuurlijk/3 online/2""",
    "pt": """história/3 água/2 série/2 dia/2 rio/2 pão/1 mães/1 põe/1 muito/2 ruim/2 raiz/2 ainda/3 rainha/3 cair/2
        saúde/3 país/2 saiu/2 viu/1 quatro/2 linguagem/3 ideia/3 maior/2 cliente/3 sociedade/5 corações/3
        distribuição/5 construiu/3 oceano/4 voo/2 reunir/3 europeu/3 ciência/3 igual/2 dois/1 não/1 viagem/3 atual/3""",
    "ru": "в/0 молоко/3 объяснение/5 ёлка/2 край/1 что-то/2",
}
CASES = [(language, *entry.rsplit("/", 1)) for language, entries in WORDS.items() for entry in entries.split()]


@pytest.mark.parametrize(("language", "word", "count"), CASES)
def test_a_word_has_as_many_syllables_as_it_is_spoken_with(language: str, word: str, count: str) -> None:
    assert syllables(word, language) == int(count)


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("HTML", "en", 4),
        ("СССР", "ru", 4),
        ("1918", "en", 4),
        ("3.50", "de", 3),
        ("123456789", "en", 4),
        ("Dr.", "en", 2),
        ("dr", "en", 1),
        ("(M.),", "fr", 1),
        ("M.", "fr", 2),
        ("“Why?”", "en", 1),
        ("don’t", "en", 1),
        ("Kranken\u00adhaus", "de", 3),
        ("cafe\u0301", "fr", 2),
        ("—", "en", 0),
        ("", "en", 0),
        ("dom", "pl", 1),
        ("漢字", "ja", 1),
    ],
)
def test_what_is_no_plain_word_is_counted_as_it_is_read(word: str, language: str, count: int) -> None:
    assert syllables(word, language) == count


def test_the_language_may_bear_a_region() -> None:
    assert syllables("raiz", "pt-BR") == syllables("raiz", "pt") == 2


@given(st.text(max_size=40), st.sampled_from([*RULES, "pl", "ja", ""]))
def test_no_word_raises_and_every_word_but_a_russian_preposition_has_a_syllable(word: str, language: str) -> None:
    count = syllables(word, language)
    assert count >= 0
    if any(character.isalnum() for character in word) and language != "ru":
        assert count >= 1


def test_the_list_of_exceptions_was_made_for_the_rules_as_they_are() -> None:
    assert syllables_english.made_for() == syllables_english.rules_digest()


def test_the_list_of_exceptions_holds_only_words_that_the_rules_miss() -> None:
    listed = syllables_english.exceptions()
    assert len(listed) > 5_000
    assert [word for word, count in listed.items() if syllables_english.by_rule(word) == count] == []
