"""How publications and their steps stand, in words."""

from __future__ import annotations

from igny8_lib.models import (
    PostFound,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublicationWish,
    StepName,
    StepStatus,
)
from igny8_lib.publishing.steps import HANDED_OVER
from igny8_web.pages.states import State

FAILED = State("bad", "alert", "Failed")
LATER = State("warn", "clock", "Tried again later")
SOON = State("run", "clock", "Starts within a minute")
PUBLISHED = State("ok", "globe", "Published")
OVER = State("hold", "eye", "To be released there")
UNPUBLISHED = State("wait", "stop", "Unpublished")
DELETED = State("wait", "x", "Deleted")
UNDER_WAY = {
    PublicationWish.LIVE: State("run", "spin", "Being published"),
    PublicationWish.DRAFT: State("run", "spin", "Being unpublished"),
    PublicationWish.GONE: State("run", "spin", "Being deleted"),
}
DONE = {PublicationWish.DRAFT: UNPUBLISHED, PublicationWish.GONE: DELETED}
FOUND = {
    PostFound.CHANGED: State("warn", "pen", "Changed there"),
    PostFound.UNREACHABLE: State("warn", "alert", "Does not show"),
}
FOUND_WORDS = {
    PostFound.AS_PUBLISHED: "as it was published",
    PostFound.CHANGED: "changed by people on the website",
    PostFound.UNPUBLISHED: "not public: people there keep it as a draft, private or for later",
    PostFound.TRASHED: "in the website's trash",
    PostFound.DELETED: "gone from the website",
    PostFound.UNREACHABLE: "there, but its public address does not show it",
}
FOUND_ADVICE = {
    PostFound.CHANGED: "People changed this post on the website. Leave it so, or update and overwrite it: then it says "
    "again what the article says.",
    PostFound.UNREACHABLE: "The post is there, but visitors do not see it at its address: look at the website, then "
    "update the post.",
}
"""What to do about a post that is live and not as it was published."""
FILTERS = {
    PublicationStatus.FAILED: "Failed",
    PublicationStatus.UNDER_WAY: "Under way",
    PublicationStatus.WAITING: "Waiting",
    PublicationStatus.DONE: "Done",
}
TARGETS = {PublicationTarget.WORDPRESS: "WordPress", PublicationTarget.STATIC: "Static site"}
WISHES = {PublicationWish.LIVE: "live", PublicationWish.DRAFT: "kept as a draft", PublicationWish.GONE: "deleted"}
STEPS = {
    StepName.MEDIA: ("Pictures", "image"),
    StepName.TERMS: ("Categories and tags", "layers"),
    StepName.POST: ("Post", "doc"),
    StepName.SEO: ("Search fields", "sort"),
    StepName.LIVE: ("Seen live", "globe"),
}
STEP_STATES = {
    StepStatus.PENDING: State("wait", "dash", "Not yet"),
    StepStatus.DONE: State("ok", "check", "Done"),
    StepStatus.SKIPPED: State("wait", "jump", "Not needed"),
    StepStatus.FAILED: FAILED,
}


def state_of(publication: Publication) -> State:
    """Where a publication stands."""
    if publication.status is PublicationStatus.FAILED:
        return FAILED
    if publication.status is PublicationStatus.UNDER_WAY:
        return UNDER_WAY[publication.wish]
    if publication.status is PublicationStatus.WAITING:
        return LATER if publication.attempts else SOON
    if publication.wish is not PublicationWish.LIVE:
        return DONE[publication.wish]
    if publication.report.get(HANDED_OVER):
        return OVER
    return FOUND.get(publication.found, PUBLISHED) if publication.found else PUBLISHED
