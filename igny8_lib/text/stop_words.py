"""Stop words: what stands in any text of a language, whatever it is about ("how", "the", "near")."""

from __future__ import annotations

from functools import lru_cache

from igny8_lib.text.language import main_language
from igny8_lib.text.stems import stems


@lru_cache(maxsize=8)
def stop_stems(language: str) -> frozenset[str]:
    """The stems of a language's stop words (the collection Stopwords ISO); none for a language that it lacks."""
    import stopwordsiso  # noqa: PLC0415 - kept out of DAG parsing

    code = main_language(language)
    words = stopwordsiso.stopwords(code) if stopwordsiso.has_lang(code) else ()
    return frozenset(stem for word in words for stem in stems(word, language))
