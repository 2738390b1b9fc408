"""A site after years of work: very many keywords, articles and runs at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, text


@dataclass(frozen=True)
class Volume:
    """How many there are of each."""

    keywords: int = 1_000_000
    clusters: int = 20_000
    ideas: int = 50_000
    articles: int = 100_000
    runs: int = 1_000


CLUSTERS = """
INSERT INTO clusters (site_id, name, normalized, description, status)
SELECT :site, 'Topic ' || n, 'topic ' || n, 'What people ask about topic ' || n,
       CASE WHEN n % 10 = 0 THEN 'new' ELSE 'mapped' END
FROM generate_series(1, :clusters) n
"""
KEYWORDS = """
INSERT INTO keywords (site_id, text, normalized, status, cluster_id, volume, difficulty, cpc, intent)
SELECT :site, 'how to do ' || n, 'how to do ' || n, CASE WHEN c.id IS NULL THEN 'new' ELSE 'mapped' END, c.id,
       n * 7 % 10000, n * 13 % 100, n * 3 % 700 / 100.0, 'informational'
FROM generate_series(1, :keywords) n
LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM clusters WHERE site_id = :site) c
    ON c.place = 1 + n % :clusters AND n % 10 > 0
"""
IDEAS = """
INSERT INTO content_ideas (site_id, cluster_id, title, normalized, outline, content_type, target_keywords,
                           estimated_word_count, status)
SELECT :site, c.id, 'A guide to ' || n, 'a guide to ' || n, '[]', 'guide', '[]', 1200,
       CASE WHEN n % 20 = 0 THEN 'new' ELSE 'completed' END
FROM generate_series(1, :ideas) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM clusters WHERE site_id = :site) c
    ON c.place = 1 + n % :clusters
"""
ARTICLES = """
INSERT INTO content (site_id, version, status, site_status, source, sync_status, sync_metadata, internal_links,
                     linker_version, optimizer_version, optimization_scores, title, slug, html, meta_title,
                     meta_description, primary_keyword, secondary_keywords, tags, categories, word_count, created_at)
SELECT :site, 1, CASE WHEN n % 20 = 0 THEN 'review' ELSE 'approved' END, 'not_scheduled', 'igny8', 'native', '{}',
       '[]', 0, 0, '{}', 'Article ' || n, 'article-' || n,
       repeat('<h2>Part</h2><p>' || repeat('word ', 150) || '</p>', 8),
       'Article ' || n, 'What it says', 'how to do ' || n, '[]', '[]', '[]', 1200,
       now() - (:articles - n) * interval '1 minute'
FROM generate_series(1, :articles) n
"""
RUNS = """
INSERT INTO automation_runs (account_id, site_id, run_id, run_number, trigger, triggered_by, status, stopped_reason,
                             stopped_detail, started_at, completed_at, total_credits_used, initial_snapshot, dag_id,
                             dag_run_id, notified_at)
SELECT site.account_id, site.id, 'run_' || n, n, 'scheduled', '', 'completed', 'completed', 'All was done.',
       now() - (:runs - n + 1) * interval '1 day', now() - (:runs - n + 1) * interval '1 day' + interval '1 hour',
       40000, '{"ideas_per_cluster": 7, "images_per_content": 4, "costs": {}}', 'site__' || site.slug,
       'scheduled__' || n, now()
FROM generate_series(1, :runs) n CROSS JOIN (SELECT * FROM sites WHERE id = :site) site
"""
STAGES = """
INSERT INTO stage_results (run_id, stage, site_id, status, started_at, finished_at, items_total, items_processed,
                           items_created, items_failed, credits_used, seconds, details)
SELECT run.id, stage, run.site_id, 'completed', run.started_at, run.completed_at, 50, 49, 45, 1, 5000, 300, '{}'
FROM automation_runs run CROSS JOIN generate_series(1, 7) stage WHERE run.site_id = :site
"""
EVENTS = """
INSERT INTO run_events (run_id, site_id, at, stage, level, actor, message)
SELECT run.id, run.site_id, run.started_at + line * interval '1 minute', 4, 'info', '', 'Batch ' || line || ' of 60'
FROM automation_runs run CROSS JOIN generate_series(1, 60) line WHERE run.site_id = :site
"""
FILLED = ("clusters", "keywords", "content_ideas", "content", "automation_runs", "stage_results", "run_events")


def fill_site(engine: Engine, site_id: int, volume: Volume) -> None:
    """So many rows of the site, written by the database itself."""
    values = vars(volume) | {"site": site_id}
    with engine.begin() as connection:
        for statement in (CLUSTERS, KEYWORDS, IDEAS, ARTICLES, RUNS, STAGES, EVENTS):
            named = text(statement)
            connection.execute(named, {name: values[name] for name in named.compile().params})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ANALYZE {', '.join(FILLED)}"))
