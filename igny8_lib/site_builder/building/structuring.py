"""The step that plans a website's pages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Applied, Failure
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.models import BuildStepStatus, Site, SiteBlueprint
from igny8_lib.site_builder.asking.structure import KeptPage, SiteStructure, StructureBrief, structure_request
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.blueprints.planning import Planned, apply_structure
from igny8_lib.site_builder.building.finding import OPEN
from igny8_lib.site_builder.building.opening import add_page_steps
from igny8_lib.site_builder.building.stepping import Begun, finish
from igny8_lib.site_builder.building.tools import Tools
from igny8_lib.site_builder.building.wishes import MOST_PAGES, without_text

CHOSEN_WITH_THEME = ("palette", "typography", "personality")


@dataclass(frozen=True)
class Planning:
    """One step in the making."""

    begun: Begun

    def request(self, session: Session) -> TextRequest[SiteStructure]:
        """What the AI is asked."""
        site = session.get_one(Site, self.begun.site_id)
        blueprint = session.get_one(SiteBlueprint, self.begun.blueprint_id)
        there = pages_of(session, blueprint)
        kept = [page for page in there if page.edited and not self.begun.replace]
        brief = StructureBrief(
            name=blueprint.name,
            business_type=blueprint.business_type,
            industry=blueprint.industry,
            audience=blueprint.audience,
            brief=blueprint.brief,
            objectives=blueprint.objectives,
            kept=[KeptPage(page.slug, page.title, page.type.value, page.purpose) for page in kept],
            chosen=chosen_by_people(blueprint),
        )
        return structure_request(brief_of(site, blueprint), brief)

    def take(self, session: Session, answer: SiteStructure) -> Applied:
        """Make the pages that were planned, and steps of those that are to be written."""
        begun, held = self.begun, self.begun.hold(session)
        blueprint = find_blueprint(session, begun.site_id, begun.blueprint_id, lock=True)
        planned = apply_structure(session, blueprint, answer, by=begun.by, replace=begun.replace)
        session.flush()
        if held.build.every_page and held.build.status in OPEN:
            add_page_steps(session, held.build, without_text(pages_of(session, blueprint))[:MOST_PAGES])
            session.flush()
        finish(session, held, BuildStepStatus.DONE, sentence_of(planned), charged=begun.price)
        return Applied(begun.price, related_type="site_blueprint", related_id=begun.blueprint_id)

    def reject(self, session: Session, failure: Failure) -> None:
        """Nothing could be planned: there is nothing else to do."""
        finish(session, self.begun.hold(session), BuildStepStatus.FAILED, failure.reason)


async def plan(tools: Tools, begun: Begun) -> None:
    """Ask for the plan, and make the pages of it."""
    planning = Planning(begun)
    with tools.narrow(begun)() as session:
        request = planning.request(session)
    await tools.ask(begun, request, apply=planning.take, reject=planning.reject)


def brief_of(site: Site, blueprint: SiteBlueprint) -> SiteBrief:
    """What every prompt says: the website's own language, and the brand that the customer speaks as."""
    return SiteBrief(site.name, site.domain, blueprint.language, site.brand)


def chosen_by_people(blueprint: SiteBlueprint) -> dict[str, str]:
    """How people want the site to look, as far as they said it."""
    plain = {"tagline": blueprint.tagline, "layout": blueprint.layout.value, "template": blueprint.template.value}
    chosen = {name: value for name, value in plain.items() if name in blueprint.edited}
    if "theme" in blueprint.edited:
        chosen |= {name: str(blueprint.theme[name]) for name in CHOSEN_WITH_THEME if blueprint.theme.get(name)}
    return chosen


def sentence_of(planned: Planned) -> str:
    """What was planned."""
    number = len(planned.planned)
    kept = f", {len(planned.kept)} kept as people left them" if planned.kept else ""
    removed = f", {len(planned.removed)} removed" if planned.removed else ""
    return f"{number} page{'' if number == 1 else 's'} planned{kept}{removed}."
