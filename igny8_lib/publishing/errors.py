"""What goes wrong between an article and its post."""

from __future__ import annotations

from igny8_lib.errors import Igny8Error


class PublishingFailed(Igny8Error):
    """A step of a publication failed; the record keeps why, and tries again where that can help.

    `cause` is the error's kind in one word (people are told once per cause and day), `sentence` says what was wrong
    and what to do, `retry_after` is the number of seconds that the target asked to wait, null where it did not.
    """

    http_status = 502

    def __init__(self, cause: str, sentence: str, *, temporary: bool, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.cause = cause
        self.sentence = sentence
        self.temporary = temporary
        self.retry_after = retry_after
