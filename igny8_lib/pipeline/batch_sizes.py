"""How many items a batch takes: so many that it is about 30 to 120 seconds of work (SPEC §2).

Shorter batches lose their time to the start of task processes, longer ones let a pause wait. The defaults suit a usual
provider; where the platform knows how long the provider's requests take, a site that keeps the default gets batches of
about a minute. A site that has a size of its own keeps it.
"""

from __future__ import annotations

from igny8_lib.pipeline.stages import Stage

WANTED_SECONDS = 60.0
"""The geometric middle of 30 and 120."""
MOST_WAVES = 40
"""Rounds of requests in flight in one batch, however quick the provider: what one task has to hold."""


def fit(stage: Stage, configured: int, *, in_flight: int, seconds: float | None) -> int:
    """Items in a batch of the stage; `seconds` is what one of its requests takes, None where nobody knows.

    Stages whose prompts show what earlier batches made keep their default: a longer batch would show less.
    """
    if (
        seconds is None
        or stage.operation is None
        or stage.shows_earlier_batches
        or configured != stage.default_batch_size
    ):
        return configured
    waves = max(int(WANTED_SECONDS / max(seconds, WANTED_SECONDS / MOST_WAVES)), 1)
    return waves * in_flight * stage.items_per_request
