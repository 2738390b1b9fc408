"""What a publisher does for a wish: the steps towards a post that says what the article says, or its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from igny8_lib import clock
from igny8_lib.models import PostFound, Publication, StepName
from igny8_lib.publishing.articles import fingerprint
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.records import RecordedSteps, post_trace
from igny8_lib.publishing.target import Article, Post, Target

OVERWRITE = "overwrite"
"""In a publication's report: people know that the post was changed, and want the article to win."""
DELAY = "delay_seconds"
"""In a report: how late an article went out that was missed."""
HANDED_OVER = "handed_over"
"""In a report, and in what a target saw: people press the button on the website."""
FOUND_WORDS = {
    PostFound.CHANGED: "People changed the post on the website since it was published",
    PostFound.UNPUBLISHED: "People took the post from the public, on the website itself",
    PostFound.TRASHED: "People put the post into the trash, on the website itself",
    PostFound.DELETED: "The post is gone from the website: people deleted it there",
    PostFound.UNREACHABLE: "The post is there, but its public address does not show it",
}
StillMine = Callable[[], None]
"""Raises where the publisher has lost its locks: it must not go on."""


@dataclass(frozen=True)
class Live:
    """A post that was seen live, and what is to be told beside."""

    post: Post
    seen: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_handed_over(self) -> bool:
        """Whether people have to press the button on the website."""
        return bool(self.seen.get(HANDED_OVER))


@dataclass
class Walk:
    """One attempt to bring an article live: each step once, those done for this very text not again."""

    target: Target
    article: Article
    steps: RecordedSteps
    still_mine: StillMine

    def __post_init__(self) -> None:
        self.of = fingerprint(self.article)

    def run(self, publication: Publication) -> Live:
        """Media, terms, post, SEO, live. Raises PublishingFailed; the record says at which step."""
        target, article, steps = self.target, self.article, self.steps
        self.ask_before_overwriting(publication)
        self.take(StepName.MEDIA, lambda: target.media(article, steps))
        self.take(StepName.TERMS, lambda: target.terms(article, steps))
        self.take(StepName.POST, lambda: post_trace(target.post(article, steps)))
        post = steps.known_post()
        if post is None:
            raise RuntimeError("the step that makes the post kept none")
        self.take(StepName.SEO, lambda: target.seo(article, post, steps))
        self.take(StepName.LIVE, lambda: target.live(article, post, steps))
        return Live(post, self.steps.trace(StepName.LIVE), self.steps.trace(StepName.SEO).get("report") or {})

    def take(self, name: StepName, work: Callable[[], dict[str, Any]]) -> None:
        """Do a step and keep its trace; one that was done for this text is left alone."""
        if self.steps.is_done(name, self.of):
            return
        self.still_mine()
        started = clock.now()
        try:
            trace = work()
        except Exception as error:
            self.steps.failed(name, as_failure(error).sentence, started=started)
            raise
        self.steps.done(name, trace, of=self.of, started=started)

    def ask_before_overwriting(self, publication: Publication) -> None:
        """Raises PublishingFailed where people changed the post and nobody said that the article shall win.

        Asked once for each wish and text, before anything of it is written: after a crash the post may say the new text
        already, and that is no change by people.
        """
        post = self.steps.known_post()
        if post is None or publication.report.get(OVERWRITE):
            return
        wish = f"{self.of} {publication.due_at.isoformat()}"
        if self.steps.remembered(StepName.POST, "asked") == wish:
            return
        found = self.target.check(post, self.steps.mark)
        is_ours = {PostFound.AS_PUBLISHED, PostFound.UNREACHABLE}
        if publication.content_version is None or publication.report.get(HANDED_OVER):  # never public, or no longer
            is_ours |= {PostFound.UNPUBLISHED}
        if publication.published_at is None:  # never seen live: who tries again wants it made again
            is_ours |= {PostFound.TRASHED, PostFound.DELETED}
        if found not in is_ours:
            sentence = f"{FOUND_WORDS[found]}. It was left as it is; update it with overwriting to let the article win."
            raise PublishingFailed(found.value, sentence, temporary=False)
        self.steps.remember(StepName.POST, "asked", wish)


def as_failure(error: Exception) -> PublishingFailed:
    """The error as a publication keeps it: what nobody foresaw is tried again like any trouble that passes."""
    if isinstance(error, PublishingFailed):
        return error
    sentence = f"Something unforeseen happened ({type(error).__name__}): it is tried again; the task's log says more."
    return PublishingFailed("unforeseen", sentence, temporary=True)
