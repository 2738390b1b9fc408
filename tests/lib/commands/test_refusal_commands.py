"""`keywords`, `clusters` and `content`: what the AI provider refused is listed with its reason and put back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, Content, Keyword, Site
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.pipeline.ready import drafts

REASON = "HTTP 403: flagged"


def refused_item(session: Session, site: Site, group: str) -> int:
    """One item of the kind that was refused beside one that was not."""
    if group == "keywords":
        item: Keyword | Cluster | Content = make_keywords(session, site, ["red lamp", "blue lamp"])[0]
    elif group == "clusters":
        item, _ = make_cluster(session, site, "lamps"), make_cluster(session, site, "chairs")
    else:
        drafts(session, site, 2)
        item = session.scalars(select(Content).where(Content.site_id == site.id).limit(1)).one()
    item.refused_reason = REASON
    session.commit()
    return item.id


@pytest.mark.parametrize("group", ["keywords", "clusters", "content"])
def test_what_was_refused_is_listed_with_its_reason_and_put_back(
    session: Session, igny8: Igny8, shell: Shell, group: str
) -> None:
    number = refused_item(session, make_site(session, slug="blog"), group)
    assert len(igny8(group, "list", "blog")[1]) >= 2
    assert REASON in shell(group, "list", "blog")[1]
    code, (listed,) = igny8(group, "list", "blog", "--refused")
    assert (code, listed["id"], listed["refused_reason"]) == (0, number, REASON)
    assert shell(group, "retry", "blog")[0] == 2
    assert shell(group, "retry", "blog", "999999")[0] == 3
    assert igny8(group, "retry", "blog", str(number)) == (0, {"retried": [number]})
    assert igny8(group, "list", "blog", "--refused") == (0, [])
    assert REASON not in shell(group, "list", "blog")[1]
    assert "0 " in shell(group, "retry", "blog", "--all")[1]
