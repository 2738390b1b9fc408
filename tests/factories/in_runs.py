"""Sites whose runs link and optimize what they wrote."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from igny8_lib.models import (
    Content,
    ContentStatus,
    Image,
    ImageKind,
    ImageStatus,
    ImprovementSettings,
    ModuleSettings,
    Site,
)

numbers = itertools.count(1)


def improve_in_runs(session: Session, site: Site, *, link: bool = False, optimize: bool = False) -> None:
    """Set the site's switches, and let its account have both modules."""
    settings = session.get_one(ImprovementSettings, site.id)
    settings.link_in_runs, settings.optimize_in_runs = link, optimize
    modules = session.get_one(ModuleSettings, site.account_id)
    modules.linker_enabled = modules.optimizer_enabled = True
    session.flush()


def make_finished(
    session: Session, site: Site, status: ContentStatus = ContentStatus.DRAFT, **facts: object
) -> Content:
    """An article whose one picture is drawn; nobody has seen it yet."""
    html = "<p>A heat pump warms a house.</p><p>It needs little room in a garden.</p>"
    values: dict[str, object] = {"title": "Heat pumps", "slug": f"heat-pumps-{next(numbers)}", "html": html}
    content = Content(site_id=site.id, status=status, **values | facts)
    session.add(content)
    session.flush()
    add_picture(session, content)
    return content


def add_picture(session: Session, content: Content) -> Image:
    """A picture of the article that is drawn."""
    picture = Image(
        site_id=content.site_id, content_id=content.id, kind=ImageKind.FEATURED, position=0, prompt="A pump"
    )
    picture.status, picture.file = ImageStatus.GENERATED, f"picture-{content.id}.png"
    picture.width, picture.height, picture.model, picture.alt_text = 1024, 1024, "sandbox-image-1", "A pump"
    session.add(picture)
    session.flush()
    return picture
