"""What ranking asks the database: whose phrases stand in a text, and what is known of those articles. Each question is
one statement, however long the article and large the site are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg.pq import Format
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, String, any_, bindparam, cast, event, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from igny8_lib.models import ContentLink, LinkPhrase, LinkTarget, PhraseKind, Site, TextVector
from igny8_lib.planner import vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from psycopg import Cursor

    Rows = NDArray[np.float32]

MOST_OWNERS = 20
"""Articles with one phrase of an equally sure kind: a phrase of more names none of them."""
MOST_ROWS = 5_000
UNSIGNED = (1 << 64) - 1
SAMPLE = 200
"""Articles of a site that tell which words are common there."""
VECTORS_OF_SAMPLE = 24
"""Articles of it whose vectors tell how alike the model finds any two."""
MANY_LINKS = 20
"""Links to an article from which on their number makes no difference."""


class Owner(NamedTuple):
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


def listed(name: str, of: TypeEngine[Any]) -> ColumnElement[Any]:
    """A parameter that is a list, written as PostgreSQL writes arrays: one value, so that a statement is the same, and
    stays prepared, however long the list is."""
    return any_(cast(bindparam(name, type_=String()), ARRAY(of)))


SITE: Any = bindparam("site", type_=BigInteger())
# Of tables and not of mapped classes, and made once: rows of columns are all that is wanted, and nothing else is paid.
SITES, PHRASES, TARGETS, LINKS, VECTORS = (
    model.__table__.c for model in (Site, LinkPhrase, LinkTarget, ContentLink, TextVector)
)
LANGUAGE_AND_DOMAIN = select(SITES.language, SITES.domain).where(SITES.id == SITE)
RIVALS = func.count().over(partition_by=PHRASES.code, order_by=PHRASES.kind).label("rivals")
ALL_OWNERS = (
    select(PHRASES.code, PHRASES.kind, PHRASES.content_id, RIVALS)
    .where(PHRASES.site_id == SITE, PHRASES.code == listed("codes", BigInteger()))
    .subquery()
)
OWNERS = select(ALL_OWNERS).where(ALL_OWNERS.c.rivals <= MOST_OWNERS).limit(MOST_ROWS)
SOME_LINKS = (
    select(LINKS.content_id)
    .where(LINKS.target_id == TARGETS.content_id, LINKS.site_id == SITE)
    .limit(MANY_LINKS)
    .correlate(LinkTarget.__table__)
    .subquery()
)
FACTS = (
    *(TARGETS.content_id, TARGETS.href, TARGETS.address, TARGETS.title, TARGETS.cluster_id),
    *(TARGETS.digest, TARGETS.keyword_digest, TARGETS.words),
    select(func.count()).select_from(SOME_LINKS).scalar_subquery(),
)
"""The columns of a target, in the order of its fields."""
FACTS_OF = select(*FACTS).where(TARGETS.site_id == SITE, TARGETS.content_id == listed("targets", BigInteger()))
DRAWN = select(TARGETS.digest, TARGETS.words).where(TARGETS.site_id == SITE).order_by(TARGETS.digest).limit(SAMPLE)
VECTORS_OF = (
    select(VECTORS.digest, VECTORS.vector)
    .where(VECTORS.site_id == SITE, VECTORS.model == bindparam("model"))
    .where(VECTORS.digest == listed("digests", LargeBinary()))
)


@contextmanager
def binary_results(session: Session) -> Iterator[None]:
    """Have what the session asks for meanwhile sent as PostgreSQL keeps it: a vector of 3,072 bytes is 6,146 digits
    otherwise, written by the one and read by the other."""
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", ask_for_binary)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", ask_for_binary)


def ask_for_binary(_connection: object, cursor: Cursor[Any], *_: object) -> None:
    """Have the results of a statement sent as PostgreSQL keeps them."""
    cursor.format = Format.BINARY


def language_and_domain(session: Session, site_id: int) -> tuple[str, str]:
    """What a site's texts are read by."""
    language, domain = session.execute(LANGUAGE_AND_DOMAIN, {"site": site_id}).one()
    return language, domain


def find_owners(session: Session, site_id: int, codes: Iterable[int]) -> list[Owner]:
    """Whose phrases these are, by their signed numbers; phrases that too many articles share are left out."""
    rows = session.execute(OWNERS, {"site": site_id, "codes": f"{{{','.join(map(str, codes))}}}"}).all()
    return [Owner(code & UNSIGNED, kind, content_id, rivals) for code, kind, content_id, rivals in rows]


def find_targets(session: Session, site_id: int, content_ids: Iterable[int]) -> list[Target]:
    """What is known of these articles, as far as they can be linked, by their numbers."""
    rows = session.execute(FACTS_OF, {"site": site_id, "targets": f"{{{','.join(map(str, content_ids))}}}"}).all()
    return sorted((Target(*row) for row in rows), key=lambda each: each.content_id)


def find_sample(session: Session, site_id: int) -> list[tuple[bytes, bytes]]:
    """Digest and words of some articles that owe nothing to age or topic: those whose digests are the smallest."""
    return [(digest, words) for digest, words in session.execute(DRAWN, {"site": site_id}).all()]


def find_vectors(session: Session, site_id: int, model: str, digests: Iterable[bytes]) -> dict[bytes, Rows]:
    """The vectors of texts by their digests; of those of another length than most of them have, none."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    if not model:
        return {}
    wanted = ",".join(f'"\\\\x{digest.hex()}"' for digest in dict.fromkeys(digests))
    with binary_results(session):
        rows = session.execute(VECTORS_OF, {"site": site_id, "model": model, "digests": f"{{{wanted}}}"}).all()
    lengths = Counter([len(vector) for _, vector in rows])
    usual = max(lengths, key=lambda each: (lengths[each], each), default=0)
    # One by one: memory for all of them together would be asked of the system each time, and given back.
    return {
        digest: np.frombuffer(vector, dtype=vectors.STORED).astype(np.float32)
        for digest, vector in rows
        if len(vector) == usual
    }
