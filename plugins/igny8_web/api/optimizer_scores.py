"""How good an article is and why, and what counts for that: free, and there whatever modules are on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from sqlalchemy.orm import Session

from igny8_lib.analysis.weakest import weakest
from igny8_lib.models import Content, Module, Site
from igny8_lib.review import improvement_settings, scores, versions
from igny8_lib.sites.access import Action
from igny8_web.api.optimizer_scores_shapes import (
    Analyse,
    ArticleAnalysis,
    ImprovementChange,
    ImprovementConfig,
)
from igny8_web.api.writer_doors import HIGHEST_ID
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import OPTIMIZING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/optimizer", tags=["optimizer"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.WRITER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.WRITER))]
SettingsReading = Annotated[SiteDoor, Depends(OnSite(Action.READ))]
Managing = Annotated[SiteDoor, Depends(OnSite(Action.MANAGE))]
ContentId = Annotated[int, Query(ge=1, le=HIGHEST_ID, description="The article's id.")]


@router.get("/analyze/", dependencies=[Depends(OPTIMIZING)])
def analyze(door: Reading, content_id: ContentId) -> ArticleAnalysis:
    """The article as it is now, analysed now: each check with its points, its sentence and the places in the HTML.
    Nothing is stored or charged."""
    with door.begin() as (session, site):
        return analysis_of(session, site, versions.find_article(session, site.id, content_id))


@router.post("/analyze/", dependencies=[Depends(OPTIMIZING)])
def analyze_and_keep(door: Writing, wish: Annotated[Analyse, Body()], request: Named) -> ArticleAnalysis:
    """The same, and the article keeps the scores: for one from before there were scores, or after its site changed.
    Texts that are saved are scored by themselves."""

    def do(session: Session, site: Site) -> ArticleAnalysis:
        content = versions.find_article(session, site.id, wish.content_id, lock=True)
        scores.score(session, site.id, [content])
        return analysis_of(session, site, content)

    return do_once(door, request, ArticleAnalysis, do)


def analysis_of(session: Session, site: Site, content: Content) -> ArticleAnalysis:
    """The analysis of an article as the API tells it."""
    analysis, weights = scores.analyse_content(session, content), scores.weights_of(session, site.id)
    told = analysis.as_document() | {
        "content_id": content.id,
        "text_version": content.version,
        "overall": analysis.overall(weights),
        "mend_first": [check.name for check in weakest(analysis, weights)],
        "checks": analysis.checks,
    }
    return ArticleAnalysis.model_validate(told)


@router.get("/settings/")
def improvement(door: SettingsReading) -> ImprovementConfig:
    """How the site's articles are scored, linked and optimized."""
    with door.begin() as (session, site):
        return config_of(session, site)


@router.put("/settings/", dependencies=[Depends(OPTIMIZING)])
def change_improvement(door: Managing, wish: Annotated[ImprovementChange, Body()], request: Named) -> ImprovementConfig:
    """Change settings, all or none. Other weights make all stored scores of the site anew."""

    def do(session: Session, site: Site) -> ImprovementConfig:
        improvement_settings.change(session, site.id, wish.settings, version=wish.version)
        return config_of(session, site)

    return do_once(door, request, ImprovementConfig, do)


def config_of(session: Session, site: Site) -> ImprovementConfig:
    """The stored settings."""
    settings, version = improvement_settings.read(session, site.id)
    return ImprovementConfig(site=site.slug, version=version, settings=settings)
