"""What goes wrong with a website, as a publication keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from igny8_lib.errors import InvalidInput
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.wordpress.errors import WordPressFailure


@contextmanager
def told() -> Iterator[None]:
    """Turns what the client raises into PublishingFailed, with its own sentence."""
    try:
        yield
    except WordPressFailure as error:
        wait = None if error.retry_after is None else ceil(error.retry_after)
        raise PublishingFailed(error.cause, error.sentence, temporary=error.temporary, retry_after=wait) from error
    except InvalidInput as error:
        raise PublishingFailed("invalid", str(error), temporary=False) from error
