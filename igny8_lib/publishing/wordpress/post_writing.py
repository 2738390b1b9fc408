"""Makes a post, or makes it say what the article says, and reads it again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from igny8_lib import clock
from igny8_lib.models import PostStatus, StepName
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article, Post, Steps
from igny8_lib.publishing.wordpress.fields import PostSettings, fields_of, gmt
from igny8_lib.publishing.wordpress.media import delete_unused, uploaded_of
from igny8_lib.publishing.wordpress.own_post import TRASH, find_by_mark, find_by_number
from igny8_lib.publishing.wordpress.verification import facts_of, lost, told
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.posts import Post as Stored

POST = "post"
"""In the step's trace, written by the publisher: the step was done once."""
NUMBER = "number"
"""In the step's trace: the post's, kept before anything else is asked."""
BEGUN = "begun"
"""In the step's trace: when a post was asked for."""
SETTLING = 3.0
"""Seconds that WordPress may still be at a request whose sender died."""
CLOCKS_DIFFER = timedelta(minutes=2)
IN_PUBLIC = {"publish"}


@dataclass(frozen=True)
class Writing:
    """One article, and the website that it goes to."""

    wordpress: WordPress
    settings: PostSettings
    article: Article
    steps: Steps

    def bring_about(self) -> Post:
        """The post as WordPress keeps it. Raises PublishingFailed, WordPressFailure."""
        known = self.find() or self.find_late()
        sent = self.fields(known)
        if known is None:
            self.keep({BEGUN: clock.now().isoformat()})
        post = self.wordpress.posts.update(known.id, sent) if known else self.wordpress.posts.create(sent)
        self.keep({NUMBER: str(post.id)})
        if POST not in self.steps.trace(StepName.POST):
            post = self.end_doubles(post)
        stored = self.repair(self.read(post.id), sent)
        check_status(stored, sent)
        delete_unused(self.wordpress, self.article.content_id, self.media_in_use())
        return self.as_post(stored, sent)

    def keep(self, facts: dict[str, str]) -> None:
        """Add to the step's trace."""
        self.steps.keep(StepName.POST, self.steps.trace(StepName.POST) | facts)

    def find_late(self) -> Stored | None:
        """The post whose making was asked for by a publisher that died, where WordPress was still at it."""
        trace = self.steps.trace(StepName.POST)
        if BEGUN not in trace or NUMBER in trace:
            return None
        waited = (clock.now() - datetime.fromisoformat(trace[BEGUN])).total_seconds()
        time.sleep(max(0.0, min(SETTLING, SETTLING - waited)))
        return self.find()

    def find(self) -> Stored | None:
        """The publication's own post, if there is one already."""
        trace = self.steps.trace(StepName.POST)
        known = trace.get(POST) or {}
        slug = str(known.get("slug") or "")
        for number in (known.get("external_id"), trace.get(NUMBER)):
            if number and (found := find_by_number(self.wordpress, str(number), self.steps.mark, slug)):
                return found
        return next(iter(find_by_mark(self.wordpress, self.steps.mark, self.article.slug)), None)

    def fields(self, known: Stored | None) -> dict[str, Any]:
        """What is sent."""
        terms = self.steps.trace(StepName.TERMS)
        fields = fields_of(
            self.article,
            self.settings,
            self.steps.mark,
            uploaded_of(self.steps.trace(StepName.MEDIA)),
            categories=terms.get("categories", {}).values(),
            tags=terms.get("tags", {}).values(),
            author=self.author(),
        )
        return for_update(fields, known) if known else fields

    def author(self) -> int | None:
        """The number of the user whose name shall stand on the post. Raises PublishingFailed where there is none."""
        wanted = self.settings.post_author
        if not wanted:
            return None
        found = self.wordpress.users.find(wanted)
        if found is None:
            sentence = (
                f"WordPress has no user {wanted} that this connection can see: correct the author in the publishing "
                "settings, or leave it empty."
            )
            raise PublishingFailed("author", sentence, temporary=False)
        return found.id

    def end_doubles(self, post: Stored) -> Stored:
        """The post that stays: what a request that was repeated on its way made beside it is deleted at once.

        Only what says exactly the same: people copy posts, and the mark goes with the text. The oldest stays, for it
        has the slug.
        """
        alike = [
            other
            for other in find_by_mark(self.wordpress, self.steps.mark)
            if other.id == post.id or (other.title, other.content) == (post.title, post.content)
        ]
        stays = min([post, *alike], key=lambda each: each.id)
        self.keep({NUMBER: str(stays.id)})
        for other in alike:
            if other.id != stays.id:
                self.wordpress.posts.delete(other.id)
        return stays

    def read(self, post_id: int) -> Stored:
        """The post as it is kept now."""
        found = self.wordpress.posts.get(post_id)
        if found is None:
            sentence = "WordPress took the post and does not have it any more: look at its plug-ins, then try again."
            raise PublishingFailed("post_lost", sentence, temporary=True)
        return found

    def repair(self, stored: Stored, sent: dict[str, Any]) -> Stored:
        """Send what was not kept once more."""
        missing = lost(stored, sent)
        if not missing:
            return stored
        if missing.get("status") == PostStatus.PUBLISH:
            missing["date_gmt"] = gmt(clock.now() - CLOCKS_DIFFER)
        self.wordpress.posts.update(stored.id, missing)
        return self.read(stored.id)

    def media_in_use(self) -> list[int]:
        """The numbers of the pictures that the post shows."""
        return [media.media_id for media in uploaded_of(self.steps.trace(StepName.MEDIA)).values()]

    def as_post(self, stored: Stored, sent: dict[str, Any]) -> Post:
        """The post with what later checks compare with, and with what differs."""
        missing = self.steps.trace(StepName.TERMS).get("missing", [])
        facts = facts_of(stored) | {"differs": [*missing, *told(stored, sent)]}
        return Post(str(stored.id), stored.link, stored.slug, facts)


def for_update(fields: dict[str, Any], known: Stored) -> dict[str, Any]:
    """The fields for a post that is there: its date stays, and what people made public stays public."""
    changed = {name: value for name, value in fields.items() if name != "date_gmt"}
    if changed["status"] == PostStatus.DRAFT and known.status != TRASH:
        del changed["status"]
    elif known.status == "future":  # WordPress leaves it so unless it gets a date, too
        changed["date_gmt"] = gmt(clock.now() - CLOCKS_DIFFER)
    return changed


def check_status(stored: Stored, sent: dict[str, Any]) -> None:
    """Raises PublishingFailed for a post that is not public although it should be."""
    if sent.get("status") != PostStatus.PUBLISH or stored.status in IN_PUBLIC:
        return
    if stored.status == "future":
        sentence = "WordPress only scheduled the post: its clock is behind. Have the hosting company set it right."
        raise PublishingFailed("scheduled", sentence, temporary=True)
    sentence = (
        f"WordPress keeps the post as “{stored.status}”: a plug-in or the user's role does not let it be published. "
        "Release it there, or connect with a user who may publish."
    )
    raise PublishingFailed("not_public", sentence, temporary=False)
