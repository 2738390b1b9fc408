"""Articles of the house, for tests of what the API and the pages do with them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image as Pillow
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Image, Site
from igny8_lib.review.export import images_of
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_task
from tests.plugins.web.house import House

HOSTILE = (
    '<p>Roses</p><script>top.hacked=1</script><img src="x" onerror="top.hacked=1">'
    '<a href="javascript:top.hacked=1">click</a><iframe src="//evil.example"></iframe>'
    '<style>body{display:none}</style><form action="/igny8/api/v1/review/approve/" method="post"></form>'
    '<meta http-equiv="refresh" content="0;url=//evil.example"><base href="//evil.example/">'
)
"""An article as it could only come to be stored past the door: everything that might act in a reader's browser."""


def png(side: int = 16, colour: str = "red") -> bytes:
    """The bytes of a picture."""
    file = io.BytesIO()
    Pillow.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


def add_articles(sessions: Sessions, house: House, count: int = 1, **values: object) -> list[int]:
    """So many articles of the site "blog"; their ids."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        return [make_article(session, site, **values).id for _ in range(count)]  # type: ignore[arg-type]


def add_written(sessions: Sessions, house: House, **values: object) -> int:
    """An article with its writing task, so that it can be written anew."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        task = make_task(session, site, make_cluster(session, site, "Roses"), "Pruning roses")
        task.status = "completed"
        return make_article(session, site, task_id=task.id, cluster_id=task.cluster_id, **values).id  # type: ignore[arg-type]


def pictures_of(session: Session, content_id: int) -> list[Image]:
    """The pictures of an article."""
    return images_of(session, session.get_one(Content, content_id))


def store_files(sessions: Sessions, folder: Path, content_id: int) -> list[int]:
    """Put a file where each picture of the article says that it has one; the pictures' ids."""
    with sessions() as session:
        found = pictures_of(session, content_id)
    for image in found:
        file = folder / str(image.file)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png())
    return [image.id for image in found]
