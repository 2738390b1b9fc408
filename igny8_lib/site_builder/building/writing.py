"""The step that writes one page of a website."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Applied, Failure
from igny8_lib.ai.requests import TextRequest
from igny8_lib.errors import NotFound
from igny8_lib.models import AssetFolder, BuildStepStatus, Site, SiteAsset, SiteBlueprint, SitePage
from igny8_lib.site_builder.asking.page import OtherPage, PageBrief, WrittenPage, page_request
from igny8_lib.site_builder.asking.structure import PlannedPage, PlannedSection
from igny8_lib.site_builder.assets.showing import images_of
from igny8_lib.site_builder.blueprints.finding import pages_of
from igny8_lib.site_builder.blueprints.writing import apply_page
from igny8_lib.site_builder.building.stepping import Begun, finish
from igny8_lib.site_builder.building.structuring import brief_of
from igny8_lib.site_builder.building.tools import Tools


@dataclass(frozen=True)
class Writing:
    """One step in the making."""

    begun: Begun

    def request(self, session: Session) -> TextRequest[WrittenPage]:
        """What the AI is asked. Raises NotFound for a page that is gone."""
        site = session.get_one(Site, self.begun.site_id)
        blueprint = session.get_one(SiteBlueprint, self.begun.blueprint_id)
        pages = pages_of(session, blueprint)
        page = next((each for each in pages if each.id == self.begun.page_id), None)
        if page is None:
            raise NotFound("The page was deleted meanwhile.")
        brief = PageBrief(
            site_name=blueprint.name,
            tagline=blueprint.tagline,
            audience=blueprint.audience,
            brief=blueprint.brief,
            objectives=blueprint.objectives,
            page=planned(page),
            others=others_of(page, pages),
            kept=[] if self.begun.replace else kept_blocks(page),
            pictures=sorted(images_of(session, site.id)),
            shown=shown_in(session, site.id),
            remark=self.begun.remark,
        )
        return page_request(brief_of(site, blueprint), brief)

    def take(self, session: Session, answer: WrittenPage) -> Applied:
        """Put the text into the page, around what people wrote."""
        begun, held = self.begun, self.begun.hold(session)
        page = session.get_one(SitePage, begun.page_id, populate_existing=True, with_for_update=True)
        apply_page(session, page, answer, by=begun.by, replace=begun.replace)
        session.flush()
        number = len(answer.blocks)
        outcome = f"Written, with {number} section{'' if number == 1 else 's'}."
        finish(session, held, BuildStepStatus.DONE, outcome, charged=begun.price)
        return Applied(begun.price, related_type="site_page", related_id=page.id)

    def reject(self, session: Session, failure: Failure) -> None:
        """The page stays as it was; the others are written."""
        finish(session, self.begun.hold(session), BuildStepStatus.FAILED, failure.reason)


async def write(tools: Tools, begun: Begun) -> None:
    """Ask for the page, and take it over."""
    writing = Writing(begun)
    with tools.narrow(begun)() as session:
        request = writing.request(session)
    await tools.ask(begun, request, apply=writing.take, reject=writing.reject)


def planned(page: SitePage) -> PlannedPage:
    """What is said of the page that is to be written."""
    return PlannedPage(
        slug=page.slug,
        title=page.title,
        type=page.type,
        description=page.description,
        purpose=page.purpose,
        sections=[PlannedSection.model_validate(section) for section in page.sections],
    )


def others_of(page: SitePage, pages: Sequence[SitePage]) -> list[OtherPage]:
    """The pages that it may lead to."""
    return [OtherPage(each.slug, each.title, each.type.value) for each in pages if each.id != page.id]


def shown_in(session: Session, site_id: int) -> dict[str, str]:
    """What pictures show, by their names, where somebody said it."""
    said = (SiteAsset.site_id == site_id, SiteAsset.folder == AssetFolder.IMAGES, SiteAsset.alt_text != "")
    rows = session.execute(select(SiteAsset.name, SiteAsset.alt_text).where(*said).order_by(SiteAsset.id))
    return {row.name: row.alt_text for row in rows}


def kept_blocks(page: SitePage) -> list[dict[str, Any]]:
    """What people wrote, and stays."""
    return [block for block in page.blocks if f"block:{block['id']}" in page.edited]
