"""Vectors of texts as a site keeps them, by an embedding model, and how alike they say that texts are.

    texts ─> missing ─> (asked for elsewhere: nothing here speaks HTTP) ─> store ─> rows, one per text

A text is known by the digest of its normalised form, so a keyword that comes back, or is a main keyword elsewhere, is
asked for once. Models differ in how alike they find texts that have nothing in common (some hardly go below 0.7), so a
cosine is read against the mean of all pairs that are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.models import TextVector
from igny8_lib.text.normalisation import normalise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]
    """n × dimensions: one row of length 1 for each text; one of zeros where the text has no vector."""

T = TypeVar("T")

AT_ONCE = 2_000
"""Digests in one query."""
STORED = "<f2"
DIGEST_BYTES = 16
PAIRS_BEFORE = 190
"""Pairs of texts that have nothing in common, added in thought: what a few texts share is what they are alike in."""
MOST_BACKGROUND = 0.99
"""Mean cosine from which a model tells no text from another."""


def digest(text: str) -> bytes:
    """What a text's vector is found by; the same for texts that are the same in a comparison."""
    return blake2b(normalise(text).encode(), digest_size=DIGEST_BYTES).digest()


def missing(session: Session, site_id: int, model: str, texts: Iterable[str]) -> list[str]:
    """The texts without a vector of this model, normalised, each once, in their order."""
    wanted = {digest(text): text for text in dict.fromkeys(map(normalise, texts)) if text}
    for part in parts(list(wanted), AT_ONCE):
        for known in session.scalars(select(TextVector.digest).where(*of(site_id, model, part))):
            wanted.pop(known)
    return list(wanted.values())


def store(
    session: Session, site_id: int, model: str, found: Mapping[str, Sequence[float] | NDArray[np.float64]]
) -> int:
    """Keep the vectors of texts, made to length 1; how many. One without a direction is not kept.

    In one order for everybody: two transactions that store the same texts never wait for each other.
    """
    encoded = sorted((digest(text), vector) for text, numbers in found.items() if (vector := encode(numbers)))
    for part in parts(encoded, AT_ONCE):
        values = [{"site_id": site_id, "model": model, "digest": key, "vector": vector} for key, vector in part]
        session.execute(insert(TextVector).values(values).on_conflict_do_nothing())
    return len(encoded)


def rows(session: Session, site_id: int, model: str, texts: Sequence[str]) -> Rows | None:
    """The texts' vectors as rows; None where no text has one, as without a model.

    Where a model has changed its dimensions under the same name, those that most of the texts have count.
    """
    import numpy as np  # noqa: PLC0415 - in the tasks that compare texts only

    if not model:
        return None
    places: dict[bytes, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(digest(text), []).append(place)
    kept = dict(read(session, site_id, model, list(places)))
    if not kept:
        return None
    lengths = Counter(map(len, kept.values()))
    length = max(lengths, key=lambda each: (lengths[each], each))
    found = np.zeros((len(texts), length // np.dtype(STORED).itemsize), dtype=np.float32)
    for key, vector in kept.items():
        if len(vector) == length:
            found[places[key]] = np.frombuffer(vector, dtype=STORED)
    return found


def read(session: Session, site_id: int, model: str, digests: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Digest and vector of those that are kept."""
    for part in parts(digests, AT_ONCE):
        query = select(TextVector.digest, TextVector.vector).where(*of(site_id, model, part))
        yield from ((row.digest, row.vector) for row in session.execute(query))


def of(site_id: int, model: str, digests: Sequence[bytes]) -> tuple[ColumnElement[bool], ...]:
    """The condition of these vectors."""
    return (TextVector.site_id == site_id, TextVector.model == model, TextVector.digest.in_(digests))


def encode(numbers: Sequence[float] | NDArray[np.float64]) -> bytes:
    """A vector of length 1 as it is kept; nothing where it has no direction: only zeros, or what is no number."""
    import numpy as np  # noqa: PLC0415 - in the tasks that compare texts only

    vector = np.asarray(numbers, dtype=np.float64)
    largest = np.abs(vector).max(initial=0.0)
    if not largest or not np.isfinite(largest):
        return b""
    vector = vector / largest  # so that no square overflows
    encoded: bytes = (vector / np.sqrt(vector @ vector)).astype(STORED).tobytes()
    return encoded


def background(found: Rows) -> float:
    """How alike two of the texts are on average: the mean cosine of all pairs of rows, from 0 on.

    The sum over all pairs is (|Σ rows|² − n) / 2, so no pair is compared for it.
    """
    number = int(found.any(axis=1).sum())
    total = found.sum(axis=0, dtype="float64")
    pairs = number * (number - 1) / 2
    return max(0.0, float(total @ total - number) / 2 / (pairs + PAIRS_BEFORE))


def spread(cosines: Rows, mean: float) -> Rows:
    """Cosines as likeness: 0 at the mean of all pairs and below, 1 for the same; all 0 where a model tells nothing."""
    if mean >= MOST_BACKGROUND:
        return cosines * 0
    return ((cosines - mean) / (1 - mean)).clip(0, 1)


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in runs of at most so many."""
    return (items[start : start + size] for start in range(0, len(items), size))
