"""Articles in another language are noticed, and only those."""

from __future__ import annotations

import subprocess
import sys

import pytest

from igny8_lib.text.language import MIN_PIECES, PIECE, other_language

TEXTS = {
    "en": "When you choose a lamp for the living room, think first about what the light is for and where people sit. ",
    "de": "Wer eine Lampe für das Wohnzimmer aussucht, überlegt zuerst, wofür das Licht da ist und wer dort sitzt. ",
    "es": "Cuando se elige una lámpara para el salón, hay que pensar para qué es la luz y dónde se sienta cada uno. ",
    "ru": "Когда вы выбираете лампу для гостиной, сначала подумайте, для чего нужен свет и где обычно сидят люди. ",
    "ja": "居間のランプを選ぶときは、まず光を何のために使うのか、そして人がどこに座るのかを考えてみましょう。",
    "nb": "Når du velger en lampe til stuen, bør du først tenke på hva lyset skal brukes til og hvor folk sitter. ",
    "pt": "Ao escolher uma luminária para a sala, pense primeiro para que serve a luz e onde as pessoas se sentam. ",
}


def long(language: str) -> str:
    return TEXTS[language] * (PIECE * (MIN_PIECES + 2) // len(TEXTS[language]) + 1)


@pytest.mark.parametrize("written", TEXTS)
@pytest.mark.parametrize("wanted", ["en", "de", "ru", "ja"])
def test_a_long_text_in_another_language_is_noticed(written: str, wanted: str) -> None:
    found = other_language(long(written), wanted)
    assert (found is None) == (written == wanted)


@pytest.mark.parametrize(
    ("written", "wanted"), [("nb", "da"), ("nb", "no"), ("pt", "pt-BR"), ("pt", "gl"), ("es", "es-MX"), ("en", "xx")]
)
def test_related_and_unknown_languages_count_as_wanted(written: str, wanted: str) -> None:
    assert other_language(long(written), wanted) is None


def test_short_and_mixed_texts_are_not_judged() -> None:
    assert other_language(TEXTS["de"] * 3, "en") is None
    assert other_language(long("de") + long("en"), "en") is None


@pytest.mark.parametrize("first", ["en", "de"])
def test_four_fifths_in_another_language_are_enough_wherever_they_stand(first: str) -> None:
    some = {"en": (TEXTS["en"] * 60)[: PIECE * 2], "de": (TEXTS["de"] * 60)[: PIECE * 8]}
    rest = "de" if first == "en" else "en"
    assert other_language(some.pop(first) + some[rest], "en") == "de"


def test_the_model_stays_out_of_processes_that_only_import() -> None:
    code = "import sys, igny8_lib.text.stems; print({'numpy', 'snowballstemmer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
