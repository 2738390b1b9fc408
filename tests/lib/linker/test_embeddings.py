"""Vectors of a site's articles: asked for in batches, once for each text and model, charged to nobody, never needed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sqlalchemy import func, select

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.linker.embeddings import Filled, fill, sites_without
from igny8_lib.linker.ranking import candidates
from igny8_lib.models import Content, LedgerEntry, Site, TextVector
from tests.factories.sites import make_site
from tests.faults import Reply
from tests.faulty_provider import FaultyProvider
from tests.lib.linker.pages import make_draft, make_page, read_all
from tests.lib.linker.test_candidates import GARDEN, TREES
from tests.sandbox_server import SandboxServer

MODEL = "sandbox-embedding-1"


def endpoint_at(url: str) -> Endpoint:
    return Endpoint(url, "key", "text", "image", timeout_seconds=30, embedding_model=MODEL)


def orchard(sessions: Sessions, pages: int = 3) -> tuple[Site, int]:
    """A site with some pages about apple trees and a draft that mentions the first of them; the draft's number."""
    with sessions.begin() as session:
        site = make_site(session)
        for number in range(pages):
            make_page(session, site, f"Apple trees {number}", f"apple tree {number}", f"{TREES} {number}")
        draft = make_draft(session, site, f"{GARDEN} Apple tree 0. {GARDEN}")
        read_all(session, site)
    return site, draft.id


def ask(sessions: Sessions, endpoint: Endpoint, site: Site) -> Filled:
    return asyncio.run(fill(sessions, endpoint, site.id))


def kept(sessions: Sessions, site: Site) -> int:
    with sessions() as session:
        count = select(func.count()).select_from(TextVector).where(TextVector.site_id == site.id)
        return session.scalar(count) or 0


def asked(sandbox: SandboxServer) -> list[str]:
    return [key for key in sandbox.requests()["keys"] if key.startswith("embeddings/")]


def test_texts_are_asked_for_in_batches_once_and_nobody_pays(sessions: Sessions, sandbox: SandboxServer) -> None:
    sandbox.reset()
    site, _ = orchard(sessions, pages=150)
    endpoint = endpoint_at(sandbox.base_url)
    assert ask(sessions, endpoint, site) == Filled(151, "")
    assert kept(sessions, site) == 2 * 151
    assert len(asked(sandbox)) == 3  # 302 texts, 128 in a request, at most 256 in a round
    assert ask(sessions, endpoint, site) == Filled(0, "")
    with sessions.begin() as session:
        assert sites_without(session, MODEL) == []
        assert session.scalars(select(LedgerEntry.id).where(LedgerEntry.site_id == site.id)).all() == []
        page = session.scalars(select(Content).where(Content.site_id == site.id).limit(1)).one()
        page.meta_description = "Another description."
        session.flush()
        read_all(session, site)
        assert sites_without(session, MODEL) == [site.id]
    assert ask(sessions, endpoint, site) == Filled(1, "")
    assert kept(sessions, site) == 2 * 151 + 1
    assert len(asked(sandbox)) == 4


def test_stored_vectors_are_used_and_those_of_another_model_are_not(sessions: Sessions, sandbox: SandboxServer) -> None:
    sandbox.reset()
    site, draft_id = orchard(sessions)
    ask(sessions, endpoint_at(sandbox.base_url), site)
    sandbox.reset()
    with sessions() as session:
        draft = session.get_one(Content, draft_id)
        by_vectors, by_words = (candidates(session, site.id, draft, model=model) for model in (MODEL, "another"))
    assert not by_vectors.by_text_alone
    assert by_vectors.remark == ""
    assert "vectors" in by_vectors.candidates[0].why
    assert by_words.by_text_alone
    assert "vectors" not in by_words.candidates[0].why
    assert asked(sandbox) == []


def test_an_endpoint_that_refuses_is_told_and_asked_again_next_time(sessions: Sessions) -> None:
    site, draft_id = orchard(sessions)
    with FaultyProvider() as provider:
        provider.embeddings = lambda _: Reply(400, b'{"error": {"message": "embeddings are not supported"}}')
        filled = ask(sessions, endpoint_at(provider.base_url), site)
    assert filled.articles == 0
    assert "words alone" in filled.remark
    assert kept(sessions, site) == 0
    with sessions() as session:
        assert sites_without(session, MODEL) == [site.id]
        assert candidates(session, site.id, session.get_one(Content, draft_id), model=MODEL).candidates


def test_without_an_embedding_model_nothing_is_asked(sessions: Sessions, sandbox: SandboxServer) -> None:
    sandbox.reset()
    site, _ = orchard(sessions)
    assert ask(sessions, replace(endpoint_at(sandbox.base_url), embedding_model=""), site) == Filled(0, "")
    with sessions() as session:
        assert sites_without(session, "") == []
    assert asked(sandbox) == []
