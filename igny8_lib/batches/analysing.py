"""Analysing the articles of a batch, a page in one transaction: scores and what became of each are stored together."""

from __future__ import annotations

from igny8_lib.batches.taking import Became, EndpointOf, Taken, book, lock_articles, still_waiting
from igny8_lib.db.session import Sessions
from igny8_lib.models import BatchItemStatus, Content
from igny8_lib.review.scores import score

PAGE = 25
"""Articles of one transaction: their rows are locked meanwhile, and whoever saves one of them waits."""
GONE = "The article is gone."


def analyse(sessions: Sessions, _endpoint_of: EndpointOf, taken: Taken) -> dict[int, Became]:
    """Give the articles their scores anew; a fixed number of statements, however many they are.

    An article whose worker died has either both, its scores and its entry, or none of them.
    """
    with sessions.begin() as session:
        waiting = still_waiting(session, taken)
        contents = lock_articles(session, taken.site_id, sorted(waiting))
        score(session, taken.site_id, contents)
        scored = {content.id: Became(BatchItemStatus.DONE, sentence(content)) for content in contents}
        gone = {each: Became(BatchItemStatus.SKIPPED, GONE) for each in waiting - scored.keys()}
        book(session, taken, scored | gone)
    return scored | gone


def sentence(content: Content) -> str:
    """An article's scores in words."""
    scores = content.optimization_scores
    parts = f"SEO {scores['seo']}, readability {scores['readability']}, engagement {scores['engagement']}"
    return f"Scores {scores['overall']}: {parts}."
