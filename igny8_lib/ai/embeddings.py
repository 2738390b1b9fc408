"""An endpoint's embeddings as numbers: what comes is checked before anything is compared by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from igny8_lib.ai.errors import AnswerInvalid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_embeddings(body: Mapping[str, Any], number: int) -> NDArray[np.float64]:
    """The vectors of so many texts, in their order: number × dimensions.

    Raises AnswerInvalid for another number of them, differing dimensions, what is no finite number, and where several
    texts all have one vector, which tells nothing of any of them.
    """
    listed = in_order(body["data"])
    if len(listed) != number:
        raise AnswerInvalid(f"there are {len(listed)} embeddings for {number} texts.")
    found = read_numbers(listed)
    if number > 1 and all((one == other).all() for one, other in pairwise(found)):
        raise AnswerInvalid("the embeddings of different texts are all the same.")
    return found


def in_order(items: Sequence[object]) -> list[object]:
    """The vectors by their index, where each item has one; else as they came."""
    found = [item if isinstance(item, Mapping) else {} for item in items]
    if all(isinstance(item.get("index"), int) for item in found):
        found.sort(key=lambda item: item["index"])
    return [item.get("embedding") for item in found]


def read_numbers(listed: Sequence[object]) -> NDArray[np.float64]:
    """Lists of numbers as a matrix. Raises AnswerInvalid where they are none."""
    import numpy as np  # noqa: PLC0415 - in the tasks that compare texts only

    if not all(isinstance(vector, list) for vector in listed):
        raise AnswerInvalid("an embedding is no list of numbers.")
    try:
        found = np.array(listed, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        found = np.empty(0)
    if found.ndim != 2 or not found.shape[1]:
        raise AnswerInvalid("the embeddings are no lists of numbers of one length.")
    if not np.isfinite(found).all():
        raise AnswerInvalid("an embedding has numbers that are not finite.")
    return found
