"""An imported post is made better like any article, and goes back into its own post by the rules of sync."""

from __future__ import annotations

import asyncio

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.models import Content, OptimizationSource, OptimizationStatus, PublicationStatus
from igny8_lib.optimizer.closing import Optimized
from igny8_lib.optimizer.work import optimize
from igny8_lib.publishing.publisher import Publisher
from tests.factories.credits import grant
from tests.lib.publishing.importing.conftest import Import, write_back
from tests.sandbox_server import SandboxServer

LONG = (
    "Oak is a wood that joiners in Kent like since it was first cut there in 1620 and that stays straight for a long "
    "time, and it takes oil well because its pores are open enough to let a thin oil in without any further work. "
)
FRAME = '<iframe src="https://video.example/oak"></iframe>'
RAW = (
    f'<!-- wp:paragraph -->\n<p class="intro">{LONG}</p>\n<!-- /wp:paragraph -->\n\n[contact-form]\n\n{FRAME}\n\n'
    f'<p>{LONG}See <a href="https://joiners.example/oak">the joiners</a> for more.</p>'
)


def optimize_post(imported: Import, sandbox: SandboxServer, content: Content) -> Optimized:
    with imported.sessions.begin() as session:
        grant(session, imported.site.account_id, 100)
        session.get_one(Content, content.id).primary_keyword = "oak tables"
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    given = (imported.sessions, endpoint, imported.site.id, content.id)
    return asyncio.run(optimize(*given, by="ann", source=OptimizationSource.WORDPRESS_SYNC))


def raw(imported: Import, number: int) -> str:
    query = f"SELECT post_content FROM wp_posts WHERE ID = {number}"  # noqa: S608 - a number
    return str(imported.server.query(query)[0]["post_content"])


def test_a_better_text_goes_back_into_the_post_with_all_that_articles_here_cannot_hold(
    imported: Import, publisher: Publisher, sandbox: SandboxServer
) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    ended = optimize_post(imported, sandbox, imported.content(number))
    assert ended.status is OptimizationStatus.COMPLETED, ended.sentence
    record = write_back(imported, publisher, imported.content(number))
    assert (record.status, record.error) == (PublicationStatus.DONE, None)
    after = raw(imported, number)
    assert "oak tables" in after
    assert "[contact-form]" in after
    assert FRAME in after
    assert "https://joiners.example/oak" in after
    assert "conflicts" not in imported.counts(), "what was written back is no change of people"


def test_where_people_changed_the_post_since_nothing_is_written_over_it(
    imported: Import, publisher: Publisher, sandbox: SandboxServer
) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    optimize_post(imported, sandbox, imported.content(number))
    imported.change(number, post_content="<p>Theirs.</p>")
    record = write_back(imported, publisher, imported.content(number))
    assert (record.status, record.cause) == (PublicationStatus.FAILED, "changed_there")
    assert raw(imported, number) == "<p>Theirs.</p>"
