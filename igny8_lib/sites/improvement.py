"""Whether a site's runs link and optimize what they wrote: its own switches, and its account's modules."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from igny8_lib.models import ImprovementSettings, ModuleSettings, Site

LINK_KEY, OPTIMIZE_KEY = 8, 9
"""By which a run's snapshot and results have them, beside the numbers of the seven stages."""


@dataclass(frozen=True)
class Improvement:
    """What runs of a site do with what they wrote, before people see it."""

    link: bool = False
    optimize: bool = False

    @property
    def keys(self) -> list[int]:
        """The keys of what is on."""
        return [key for key, is_on in ((LINK_KEY, self.link), (OPTIMIZE_KEY, self.optimize)) if is_on]


def linking() -> ColumnElement[bool]:
    """Whether a site's runs link, of a query that joins its ImprovementSettings and its account's ModuleSettings."""
    return and_(ImprovementSettings.link_in_runs, ModuleSettings.linker_enabled)


def optimizing() -> ColumnElement[bool]:
    """The same of the Optimizer."""
    return and_(ImprovementSettings.optimize_in_runs, ModuleSettings.optimizer_enabled)


def improvement_of(session: Session, site_id: int) -> Improvement:
    """What the site's switches and its account's modules say now; one statement."""
    query = (
        select(linking(), optimizing())
        .select_from(Site)
        .join(ImprovementSettings, ImprovementSettings.site_id == Site.id)
        .join(ModuleSettings, ModuleSettings.account_id == Site.account_id)
    )
    row = session.execute(query.where(Site.id == site_id)).one_or_none()
    return Improvement(*row) if row else Improvement()
