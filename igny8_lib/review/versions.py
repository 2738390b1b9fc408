"""Versions of an article: each change of its text makes one, and none is ever changed.

The first version is written down when the second one is made: most articles are never changed, and cost no second copy.
Who saves names the version that he changed, and is refused where somebody else saved a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, load_only

from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from igny8_lib.models import ArticleText, Content, ContentSource, ContentVersion, VersionKind
from igny8_lib.review import rows, scores
from igny8_lib.text.html import sanitise, word_count

FIELDS = (
    *("title", "slug", "html", "meta_title", "meta_description", "primary_keyword"),
    *("secondary_keywords", "tags", "categories"),
)
"""What a version keeps; `word_count` follows from it."""
LISTED = (*("number", "kind", "made_by", "made_at", "note"), *("title", "word_count"))


def find_article(session: Session, site_id: int, content_id: int, *, lock: bool = False) -> Content:
    """An article of the site; locked, it is as the database has it now. Raises NotFound, also for another site's."""
    return rows.find(session, Content, site_id, content_id, "article", lock=lock)


def lock_version(session: Session, site_id: int, content_id: int, version: int) -> Content:
    """The article, locked, where `version` is its newest one. Raises NotFound; ChangedMeanwhile for an older version,
    InvalidInput for one that is still to come."""
    content = find_article(session, site_id, content_id, lock=True)
    if version < content.version:
        raise ChangedMeanwhile(f"the article {content.id} {content.title!r}", version, content.version)
    if version > content.version:
        raise InvalidInput(f"The article {content.id} has no version {version:,}; its newest is {content.version}.")
    return content


def save(
    session: Session, content: Content, values: Mapping[str, Any], *, kind: VersionKind, by: str, note: str = ""
) -> Content:
    """Give a locked article other texts, as its next version; texts that it has already make none.

    Its words are counted anew, and it gets the scores of what it says now. Raises Conflict where another article of
    the site has the address.
    """
    changed = {name: value for name, value in values.items() if getattr(content, name) != value}
    if not changed:
        return content
    if "slug" in changed:
        require_free(session, content, changed["slug"])
    if content.version == 1:
        session.add(first_version(content))
    try:
        with session.begin_nested():
            for name, value in changed.items():
                setattr(content, name, value)
            content.word_count = word_count(content.html)
            content.version += 1
            session.add(as_version(content, kind=kind, made_by=by, note=note))
    except IntegrityError:
        raise slug_taken(changed["slug"]) from None
    scores.score(session, content.site_id, [content])
    return content


def require_free(session: Session, content: Content, slug: str) -> None:
    """Raises Conflict where another article of the site has the address."""
    same = (Content.site_id == content.site_id, Content.slug == slug, Content.id != content.id)
    if session.scalar(select(Content.id).where(*same).limit(1)) is not None:
        raise slug_taken(slug)


def slug_taken(slug: str) -> Conflict:
    """Nothing was saved: two articles of a site cannot have one address."""
    return Conflict(f"Nothing was saved: another article of the site has the address {slug!r}; give a different one.")


def first_version(content: Content) -> ContentVersion:
    """An article that was never changed, as the version that it is."""
    kind = VersionKind.WRITTEN if content.source == ContentSource.IGNY8 else VersionKind.IMPORTED
    return as_version(content, kind=kind, made_by=content.source.value, note="", made_at=content.created_at)


def as_version(content: Content, **facts: object) -> ContentVersion:
    """What the article says now."""
    texts = {name: getattr(content, name) for name in (*FIELDS, "word_count")}
    return ContentVersion(site_id=content.site_id, content_id=content.id, number=content.version, **texts | facts)


def list_versions(session: Session, site_id: int, content_id: int) -> list[dict[str, Any]]:
    """All versions, newest first, as documents without their texts. Raises NotFound."""
    content = find_article(session, site_id, content_id)
    query = select(ContentVersion).where(*of(content)).order_by(ContentVersion.number.desc())
    kept = session.scalars(query.options(load_only(*(getattr(ContentVersion, name) for name in LISTED)))).all()
    return [document(version) for version in kept or [first_version(content)]]


def find_version(session: Session, site_id: int, content_id: int, number: int) -> ContentVersion:
    """One version with its texts. Raises NotFound."""
    content = find_article(session, site_id, content_id)
    if content.version == number == 1:
        return first_version(content)
    version = session.scalar(select(ContentVersion).where(*of(content), ContentVersion.number == number))
    if version is None:
        raise NotFound(f"The article {content_id} has no version {number}; its versions are 1 to {content.version}.")
    return version


def of(content: Content) -> tuple[Any, ...]:
    """The condition on the versions of an article."""
    return (ContentVersion.site_id == content.site_id, ContentVersion.content_id == content.id)


def document(version: ContentVersion) -> dict[str, Any]:
    """A version as a JSON document, without its texts."""
    facts = {name: getattr(version, name) for name in LISTED}
    return facts | {"kind": version.kind.value, "made_at": version.made_at.isoformat()}


def restore(session: Session, site_id: int, content_id: int, number: int, *, version: int, by: str) -> Content:
    """Let the article say again what it said in version `number`, as its next version; `version` is the newest one
    that the caller has seen.

    Raises NotFound, ChangedMeanwhile, InvalidInput, and Conflict where another article has the address by now.
    """
    content = lock_version(session, site_id, content_id, version)
    old = find_version(session, site_id, content_id, number)
    return save(session, content, texts_of(old), kind=VersionKind.RESTORED, by=by, note=f"version {number}")


def texts_of(article: ArticleText) -> dict[str, Any]:
    """What an article or a version says, its HTML by the policy of today."""
    return {name: getattr(article, name) for name in FIELDS} | {"html": sanitise(article.html)}
