"""What people can ask of a publication on a page: which buttons it has, what each says first, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from igny8_lib.models import (
    Content,
    ContentSource,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationWish,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing import actions
from igny8_lib.publishing.asking import Asked, ask_each
from igny8_lib.publishing.publications import Listed
from igny8_web.pages.words import plural


class Action(StrEnum):
    """What can be asked; `…_over` lets the article win over what people did to the post."""

    RETRY = "retry"
    RETRY_OVER = "retry_over"
    PUBLISH = "publish"
    UPDATE = "update"
    UPDATE_OVER = "update_over"
    UNPUBLISH = "unpublish"
    DELETE = "delete"


@dataclass(frozen=True)
class Button:
    """A button of one publication; with `ask` a question comes first, with what follows and both verbs."""

    action: Action
    name: str
    icon: str
    kind: str = ""
    ask: str = ""
    consequence: str = ""
    keep: str = "Leave it as it is"

    @property
    def mends(self) -> bool:
        """Whether it helps where something went wrong or was changed, or lets an article out."""
        return self.action in {Action.RETRY, Action.RETRY_OVER, Action.PUBLISH, Action.UPDATE_OVER}


OVERWRITES = "What people changed on the website is lost: the post says again what the article says."
BUTTONS: Mapping[Action, Button] = {
    each.action: each
    for each in (
        Button(Action.RETRY, "Try again", "redo"),
        Button(
            Action.RETRY_OVER,
            "Try again and overwrite",
            "redo",
            ask="Publish it over what people did on the website?",
            consequence=OVERWRITES,
        ),
        Button(
            Action.PUBLISH,
            "Publish now",
            "globe",
            ask="Publish this article now?",
            consequence="It goes out within a minute, whatever date it had. Its date becomes free for another article.",
        ),
        Button(Action.UPDATE, "Update post", "up"),
        Button(
            Action.UPDATE_OVER,
            "Update and overwrite",
            "up",
            ask="Write the article over what people changed?",
            consequence=OVERWRITES,
        ),
        Button(
            Action.UNPUBLISH,
            "Unpublish",
            "stop",
            "bad",
            ask="Take this post from the public?",
            consequence="Visitors find nothing at its address any more. The post stays on the website as a draft; "
            "the article is approved then, without a date.",
            keep="Keep it public",
        ),
        Button(
            Action.DELETE,
            "Delete post",
            "x",
            "bad",
            ask="Delete this post from the website?",
            consequence="The post and the pictures that came with it are deleted there for good. The article stays "
            "here, approved and without a date; published again, it is a new post.",
            keep="Keep the post",
        ),
    )
}
PEOPLES = frozenset(
    {found.value for found in (PostFound.CHANGED, PostFound.UNPUBLISHED, PostFound.TRASHED, PostFound.DELETED)}
)
"""Causes of failures that people on the website made: only overwriting helps."""
SAID = {
    Action.RETRY: "tried again within a minute",
    Action.RETRY_OVER: "published over what people did, within a minute",
    Action.PUBLISH: "published within a minute",
    Action.UPDATE: "updated within a minute",
    Action.UPDATE_OVER: "updated over what people changed, within a minute",
    Action.UNPUBLISH: "unpublished within a minute",
    Action.DELETE: "deleted from the website within a minute",
}


def buttons_of(listed: Listed) -> list[Button]:
    """What can be asked of it now, what helps most first."""
    publication = listed.publication
    if publication.status is PublicationStatus.UNDER_WAY:
        return []
    found = [button_of_failure(publication.cause).action] if can_retry(publication) else []
    if publication.status is PublicationStatus.DONE and listed.status is ContentStatus.APPROVED:
        found.append(Action.PUBLISH)
    if publication.external_id is not None:
        if publication.wish is PublicationWish.LIVE:
            if publication.status is PublicationStatus.DONE:
                found.append(Action.UPDATE_OVER if publication.found is PostFound.CHANGED else Action.UPDATE)
            found.append(Action.UNPUBLISH)
        found.append(Action.DELETE)
    if listed.source is ContentSource.WORDPRESS:  # its post was never ours to take away
        found = [action for action in found if action not in {Action.UNPUBLISH, Action.DELETE}]
    return [BUTTONS[action] for action in found]


def buttons_without(content: Content) -> list[Button]:
    """What can be asked of an article that never went out, or came from the website and was edited here."""
    if content.source is ContentSource.WORDPRESS:
        return [BUTTONS[Action.UPDATE]] if content.version > 1 and content.external_id else []
    is_on_its_way = content.site_status is SiteContentStatus.PUBLISHING
    return [BUTTONS[Action.PUBLISH]] if content.status is ContentStatus.APPROVED and not is_on_its_way else []


def button_of_failure(cause: str | None) -> Button:
    """What can be asked of a publication that failed for this cause."""
    return BUTTONS[Action.RETRY_OVER if cause in PEOPLES else Action.RETRY]


def can_retry(publication: Publication) -> bool:
    """Whether there is something to try again."""
    waits = publication.status is PublicationStatus.WAITING and publication.attempts > 0
    return waits or publication.status is PublicationStatus.FAILED


def is_peoples(publication: Publication) -> bool:
    """Whether it failed for what people did on the website."""
    return publication.cause in PEOPLES


def ask(session: Session, site: Site, action: Action, content_ids: Sequence[int], by: str) -> Asked:
    """Ask it of each article. Raises Conflict where the site publishes nothing, InvalidInput for too many."""
    actions.open_target(session, site)
    return ask_each(session, content_ids, lambda content_id: ask_one(session, site, action, content_id, by))


def ask_one(session: Session, site: Site, action: Action, content_id: int, by: str) -> Publication:
    """Ask it of one article. Raises Conflict or NotFound where that is not possible."""
    if action in {Action.RETRY, Action.RETRY_OVER}:
        return actions.retry(session, site, content_id, by=by, overwrite=action is Action.RETRY_OVER)
    if action in {Action.UPDATE, Action.UPDATE_OVER}:
        return actions.update(session, site, content_id, by=by, overwrite=action is Action.UPDATE_OVER)
    if action is Action.PUBLISH:
        return actions.publish_now(session, site, content_id, by=by)
    if action is Action.UNPUBLISH:
        return actions.unpublish(session, site, content_id, by=by)
    return actions.delete_post(session, site, content_id, by=by)


def sentence(action: Action, count: int) -> str:
    """What happens to so many articles."""
    return f"{plural(count, 'article')}: {SAID[action]}."
