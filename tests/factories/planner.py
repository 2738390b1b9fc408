"""Keywords and what grows from them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, ContentIdea, Keyword, Site, Task
from igny8_lib.text.normalisation import normalise

THEMES = ("garden shed", "roof repair", "kitchen island", "heat pump", "oak flooring", "bathroom tile")
MODIFIERS = ("cost", "ideas", "how to build", "near me", "best", "for small homes", "vs", "plans", "maintenance", "buy")


def keyword_texts(number: int) -> list[str]:
    """So many different keywords around a few themes."""
    pairs = [f"{theme} {modifier}" for modifier in MODIFIERS for theme in THEMES]
    return [pairs[i % len(pairs)] + (f" {i // len(pairs)}" if i >= len(pairs) else "") for i in range(number)]


def make_keywords(session: Session, site: Site, texts: Sequence[str] | int) -> list[Keyword]:
    """New keywords, in order."""
    wanted = keyword_texts(texts) if isinstance(texts, int) else texts
    keywords = [Keyword(site_id=site.id, text=text, normalized=normalise(text), volume=100) for text in wanted]
    session.add_all(keywords)
    session.flush()
    return keywords


def make_cluster(session: Session, site: Site, name: str) -> Cluster:
    """A new cluster with two keywords of its own."""
    cluster = Cluster(site_id=site.id, name=name, normalized=normalise(name), description=f"All about {name}")
    session.add(cluster)
    session.flush()
    for keyword in make_keywords(session, site, [f"{name} cost", f"{name} ideas"]):
        keyword.cluster_id = cluster.id
    session.flush()
    return cluster


def make_idea(session: Session, site: Site, cluster: Cluster, title: str, **values: object) -> ContentIdea:
    """A new idea that is to be found for its title."""
    fields = {
        "outline": ["What it is", "What it costs", "How to start"],
        "content_type": "guide",
        "target_keywords": [title.lower(), f"{cluster.name} cost"],
        "estimated_word_count": 800,
    }
    named = {"site_id": site.id, "cluster_id": cluster.id, "title": title, "normalized": normalise(title)}
    idea = ContentIdea(**named | fields | values)
    session.add(idea)
    session.flush()
    return idea


def make_task(session: Session, site: Site, cluster: Cluster, title: str, *, words: int = 800) -> Task:
    """A queued writing task with its idea."""
    idea = make_idea(session, site, cluster, title, estimated_word_count=words, status="queued")
    brief = {
        "title": title,
        "outline": idea.outline,
        "content_type": "guide",
        "intent": "informational",
        "target_keywords": idea.target_keywords,
    }  # fmt: skip - one brief, one thing
    task = Task(site_id=site.id, idea_id=idea.id, cluster_id=cluster.id, brief=brief, word_count_target=words)
    session.add(task)
    session.flush()
    return task
