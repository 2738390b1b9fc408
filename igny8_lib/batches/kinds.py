"""What is done with an article of a batch, by the batch's kind. Each writes down what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from igny8_lib.batches.analysing import PAGE, analyse
from igny8_lib.batches.linking import link_article, read_site
from igny8_lib.batches.optimizing import optimize_article
from igny8_lib.batches.taking import Became, EndpointOf, Taken
from igny8_lib.db.session import Sessions
from igny8_lib.models import BatchKind

Work = Callable[[Sessions, EndpointOf, Taken], dict[int, Became]]
"""From what was taken to what became of each article, written down already. Raises what stops an article, or all."""

WORK: Mapping[BatchKind, Work] = {
    BatchKind.ANALYZE: analyse,
    BatchKind.LINK: link_article,
    BatchKind.OPTIMIZE: optimize_article,
}
PAGES: Mapping[BatchKind, int] = {BatchKind.ANALYZE: PAGE}
"""How many articles are taken at once, where it is more than one."""


def prepare(kind: BatchKind, sessions: Sessions, site_id: int) -> bool:
    """Do for the whole site what its articles need; False where that goes on in the batch's next turn."""
    return read_site(sessions, site_id) if kind is BatchKind.LINK else True
