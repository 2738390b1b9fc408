"""Where sentences begin and end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from igny8_lib.analysis.sentences import PIECE, sentences

PARTED = [
    ("en", "Mr. J. R. Smith paid $3.50 on Jan. 5th.| He left.| iPhones sell."),
    ("en", '"Why?" she asked.| Nobody knew.'),
    ("en", "It rained (a lot!) all day.| We stayed in."),
    ("en", "One line\nof a sentence.| A new one"),
    ("en", "A heading without a stop|\n\nand a paragraph.|\n \n Another."),
    ("de", "Am 5. Januar kam Dr. Meier z. B. nach Köln.| „Warum?“, fragte er.| Gut!"),
    ("es", "¿Qué hora es?| El Sr. López llegó a las 3 p. m. y se fue."),
    ("fr", "« Pourquoi ? » dit-elle.| M. Dupont arrive.| Oui."),
    ("it", "Il dott. Rossi arriva alle 8.30.| Bene!"),
    ("nl", "Dhr. Jansen woont o.a. in Delft.| Mooi."),
    ("pt", "O Sr. Silva chegou.| A Dra. Ana saiu às 3 h."),
    ("ru", "«Почему?» спросила она.| Он жил в г. Москве, т. е. далеко.| Вот."),
    ("ja", "今日は。|元気ですか？|はい。"),
    ("zh", "你好！|我很好。"),
    ("hi", "यह है।| वह है।"),
    ("xx", "Some words.| Some more."),
]


def texts(text: str, language: str) -> list[str]:
    """The sentences themselves."""
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(("language", "marked"), PARTED)
def test_sentences_end_where_a_reader_ends_them(language: str, marked: str) -> None:
    assert texts(marked.replace("|", ""), language) == [part.strip() for part in marked.split("|")]


@pytest.mark.parametrize("text", ["", " \n\n ", "...", "— !!! —", "***"])
def test_a_text_without_words_has_no_sentence(text: str) -> None:
    assert sentences(text, "en") == []


def test_marks_alone_belong_to_the_sentence_beside_them() -> None:
    assert texts("*** Wow. ... !!! Fine.", "en") == ["*** Wow. ... !!!", "Fine."]


PIECES = st.sampled_from(
    ["Dr. ", "a", "B", ". ", "? ", "!", "…", "\n", "\n\n", "«", "» ", '"', " ", "я", "漢。", "1", "\ud800", "\u00ad"]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=120).map("".join))


@given(TEXTS, st.sampled_from(["en", "de", "ru", "ja", "pt-BR", "xx", ""]))
@example("a" * (3 * PIECE), "en")
@example("So it is. " * PIECE, "en")
@example("é. " * PIECE, "fr")
@example(" a" * PIECE + ". B", "en")
def test_every_letter_lies_in_exactly_one_sentence(text: str, language: str) -> None:
    spans = sentences(text, language)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    covered = sum(sum(map(str.isalnum, text[start:end])) for start, end in spans)
    assert covered == sum(map(str.isalnum, text))


@pytest.mark.parametrize("sentence", ["The dog ran home. ", "Er lief am 5. Mai nach Haus. ", "Тут «мы». "])
def test_reading_in_pieces_cuts_no_sentence(sentence: str) -> None:
    assert texts(sentence * 1_000, "de") == [sentence.strip()] * 1_000
