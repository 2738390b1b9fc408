"""What ranking asks the database: whose phrases stand in a text, and what is known of those articles. Each question is
one statement, however long the article and large the site are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from igny8_lib.models import ContentLink, LinkPhrase, LinkTarget, PhraseKind, Site
from igny8_lib.planner import vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

MOST_OWNERS = 20
"""Articles with one phrase of an equally sure kind: a phrase of more names none of them."""
MOST_ROWS = 5_000
SAMPLE = 200
"""Articles of a site that tell which words are common there."""
VECTORS_OF_SAMPLE = 24
"""Articles of it whose vectors tell how alike the model finds any two."""
MANY_LINKS = 20
"""Links to an article from which on their number makes no difference."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An article that is called by a phrase."""

    code: int
    """Unsigned."""
    kind: PhraseKind
    content_id: int
    rivals: int
    """How many articles are called so by an equally sure kind of phrase, or a surer one; itself among them."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is known of an article that may be linked."""

    content_id: int
    href: str
    address: str
    title: str
    cluster_id: int | None
    digest: bytes
    keyword_digest: bytes
    words: bytes
    inlinks: int
    """At most `MANY_LINKS`."""


FACTS: tuple[Any, ...] = (
    *(LinkTarget.content_id, LinkTarget.href, LinkTarget.address, LinkTarget.title, LinkTarget.cluster_id),
    *(LinkTarget.digest, LinkTarget.keyword_digest, LinkTarget.words),
)
"""The columns of a target, in the order of its fields."""


def language_and_domain(session: Session, site_id: int) -> tuple[str, str]:
    """What a site's texts are read by."""
    language, domain = session.execute(select(Site.language, Site.domain).where(Site.id == site_id)).one()
    return language, domain


def find_owners(session: Session, site_id: int, codes: Iterable[int]) -> list[Owner]:
    """Whose phrases these are, by their signed numbers; phrases that too many articles share are left out."""
    listed = ",".join(map(str, codes))
    wanted = cast(literal(f"{{{listed}}}"), ARRAY(BigInteger))
    phrase = (LinkPhrase.code, LinkPhrase.kind, LinkPhrase.content_id)
    rivals = func.count().over(partition_by=LinkPhrase.code, order_by=LinkPhrase.kind).label("rivals")
    found = select(*phrase, rivals).where(LinkPhrase.site_id == site_id, LinkPhrase.code == any_(wanted)).subquery()
    rows = session.execute(select(found).where(found.c.rivals <= MOST_OWNERS).limit(MOST_ROWS))
    return [Owner(row.code % (1 << 64), row.kind, row.content_id, row.rivals) for row in rows]


def find_targets(session: Session, site_id: int, content_ids: Iterable[int]) -> list[Target]:
    """What is known of these articles, as far as they can be linked."""
    few = select(ContentLink.content_id).where(ContentLink.target_id == LinkTarget.content_id)
    some = few.where(ContentLink.site_id == site_id).limit(MANY_LINKS).correlate(LinkTarget).subquery()
    inlinks = select(func.count()).select_from(some).scalar_subquery()
    mine = (LinkTarget.site_id == site_id, LinkTarget.content_id.in_(list(content_ids)))
    return [Target(**row) for row in session.execute(select(*FACTS, inlinks.label("inlinks")).where(*mine)).mappings()]


def find_sample(session: Session, site_id: int) -> list[tuple[bytes, bytes]]:
    """Digest and words of some articles that owe nothing to age or topic: those whose digests are the smallest."""
    query = select(LinkTarget.digest, LinkTarget.words).where(LinkTarget.site_id == site_id)
    return [(row.digest, row.words) for row in session.execute(query.order_by(LinkTarget.digest).limit(SAMPLE))]


def find_vectors(session: Session, site_id: int, model: str, digests: Sequence[bytes]) -> dict[bytes, Rows]:
    """The vectors of texts by their digests; of those of another length than most of them have, none."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    kept = dict(vectors.read(session, site_id, model, list(dict.fromkeys(digests)))) if model else {}
    lengths = [len(vector) for vector in kept.values()]
    usual = max(set(lengths), key=lambda each: (lengths.count(each), each), default=0)
    return {
        digest: np.frombuffer(vector, dtype=vectors.STORED).astype(np.float32)
        for digest, vector in kept.items()
        if len(vector) == usual
    }
