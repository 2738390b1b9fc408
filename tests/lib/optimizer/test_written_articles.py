"""What the sandbox writes, it can also make better: in every language it has, with all guards awake."""

from __future__ import annotations

import pytest

from igny8_lib.ai.functions.generate_content import Article
from igny8_lib.ai.functions.optimize_content import OptimizedArticle
from igny8_lib.analysis.facts import Facts
from igny8_lib.analysis.results import Weights
from igny8_lib.optimizer.guards import About, why_not
from igny8_lib.optimizer.judging import judge, why_not_better
from igny8_lib.optimizer.texts import Texts
from igny8_lib.sandbox.answers.article import article
from igny8_lib.sandbox.answers.asked import Asked
from igny8_lib.sandbox.answers.optimizing import optimized_article

LANGUAGES = {
    "en": ("english", "respite care", "Respite Care: What to Know"),
    "de": ("german", "Rosen schneiden", "Rosen schneiden: Ein Leitfaden"),
    "fr": ("french", "tailler les rosiers", "Tailler les rosiers"),
    "es": ("spanish", "podar rosas", "Podar rosas: guía"),
    "ru": ("russian", "обрезка роз", "Обрезка роз: руководство"),
}


@pytest.mark.parametrize("content_type", ["guide", "faq", "comparison"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_written_article_gets_better_and_keeps_its_facts(code: str, content_type: str) -> None:
    language, keyphrase, title = LANGUAGES[code]
    brief = {"title": title, "outline": ["A", "B", "C"], "content_type": content_type, "word_count": 800}
    written = Article(**article(brief | {"target_keywords": [keyphrase]}, Asked(language=language)))
    before = Texts.of_article(written)
    facts = Facts(code, title, "slug", "", "", keyphrase)
    item = {"title": title, "language": code, "keyphrase": keyphrase} | before.as_document()
    after = Texts.of_article(OptimizedArticle(**optimized_article(item)))
    assert not why_not(before, after, About(code, title, (keyphrase,)))
    assert not why_not_better(judge(before, facts, Weights()), judge(after, facts, Weights()))
