"""What must hold of what runs make, from keyword to picture, as queries for what breaks it."""

# ruff: noqa: S608 - the queries are put together from constants of these modules

from __future__ import annotations

from igny8_lib.ai.functions.auto_cluster import MAX_DESCRIPTION
from igny8_lib.ai.functions.generate_image_prompts import MAX_ALT_TEXT, MAX_PROMPT
from igny8_lib.text import names
from igny8_lib.text.plans import MAX_WORDS, MIN_WORDS

PATH = {
    "a keyword is mapped exactly where it has a cluster": """
        SELECT k.site_id, k.id, k.text, k.status FROM keywords k
        WHERE (k.status = 'mapped') <> (k.cluster_id IS NOT NULL)""",
    "a keyword that a run clustered has its cluster": """
        SELECT i.site_id, i.run_id, k.id, k.text FROM stage_items i JOIN keywords k ON k.id = i.item_id
        WHERE i.stage = 1 AND i.state = 'done' AND k.cluster_id IS NULL""",
    "a cluster that a run planned has ideas, unless the site knew them all": """
        SELECT i.site_id, i.run_id, c.id, c.name, c.status FROM stage_items i JOIN clusters c ON c.id = i.item_id
        WHERE i.stage = 2 AND i.state = 'done' AND (c.status <> 'mapped'
            OR NOT i.counts ? 'clusters_without_new_ideas'
            AND NOT EXISTS (SELECT FROM content_ideas d WHERE d.cluster_id = c.id))""",
    "a cluster that no run planned has no ideas of a run": """
        SELECT c.site_id, c.id, c.name FROM clusters c WHERE c.status = 'new'
        AND EXISTS (SELECT FROM content_ideas d WHERE d.cluster_id = c.id)""",
    "an idea that a run queued has its task": """
        SELECT i.site_id, i.run_id, i.item_id FROM stage_items i JOIN content_ideas d ON d.id = i.item_id
        WHERE i.stage = 3 AND i.state = 'done' AND NOT i.counts ? 'ideas_skipped'
        AND (d.status IN ('new', 'skipped') OR NOT EXISTS (SELECT FROM tasks t WHERE t.idea_id = d.id))""",
    "an idea that a run skipped made nothing, and competes with a page or people looked at it": """
        SELECT i.site_id, i.run_id, i.item_id, i.created, d.status, d.competition_verdict FROM stage_items i
        JOIN content_ideas d ON d.id = i.item_id WHERE i.stage = 3 AND i.counts ? 'ideas_skipped'
        AND (i.state <> 'done' OR i.created <> 0 OR i.counts ->> 'ideas_skipped' <> '1'
            OR d.competition_verdict <> 'competing' AND d.changed_at IS NULL AND d.approved_at IS NULL)""",
    "an idea is skipped exactly where it says why": """
        SELECT d.site_id, d.id, d.status, d.skipped_reason FROM content_ideas d
        WHERE (d.status = 'skipped') <> (coalesce(d.skipped_reason, '') <> '')""",
    "an idea that competes is skipped, and names the page": """
        SELECT d.site_id, d.id, d.status, d.competition FROM content_ideas d WHERE d.competition_verdict = 'competing'
        AND (d.status <> 'skipped' OR d.competition IS NULL)""",
    "only an idea that a page is like has a page": """
        SELECT d.site_id, d.id, d.competition_verdict, d.competition FROM content_ideas d
        WHERE (d.competition_verdict IN ('doubtful', 'competing')) <> (d.competition IS NOT NULL)""",
    "a queued task has its idea's priority": """
        SELECT t.site_id, t.id, t.priority, d.priority AS ideas FROM tasks t JOIN content_ideas d ON d.id = t.idea_id
        WHERE t.status = 'queued' AND t.priority IS DISTINCT FROM d.priority""",
    "an idea that people approved says who did": """
        SELECT d.site_id, d.id FROM content_ideas d
        WHERE (d.approved_at IS NULL) <> (coalesce(d.approved_by, '') = '')""",
    "an idea with a task is queued or completed, and no other one is": """
        SELECT d.site_id, d.id, d.title, d.status FROM content_ideas d LEFT JOIN tasks t ON t.idea_id = d.id
        WHERE (t.id IS NOT NULL) <> (d.status IN ('queued', 'completed'))""",
    "an idea is completed exactly where its task is": """
        SELECT t.site_id, t.id, t.status, d.status FROM tasks t JOIN content_ideas d ON d.id = t.idea_id
        WHERE (t.status = 'completed') <> (d.status = 'completed')""",
    "a task is completed exactly where it has an article that nobody asked to be written anew": """
        SELECT t.site_id, t.id, t.status, c.id AS article FROM tasks t LEFT JOIN content c ON c.task_id = t.id
        WHERE (t.status = 'completed') <> (c.id IS NOT NULL AND t.rewrite_asked_by IS NULL)""",
    "a task that a run wrote has an article of the words that were charged": """
        SELECT i.site_id, i.run_id, i.item_id, i.counts, c.word_count FROM stage_items i
        JOIN tasks t ON t.id = i.item_id LEFT JOIN content c ON c.task_id = t.id WHERE i.stage = 4
        AND i.state = 'done' AND c.version = 1
        AND (i.counts ->> 'total_words')::bigint IS DISTINCT FROM c.word_count""",
    "nothing is in work": """
        SELECT t.site_id, t.id, t.status FROM tasks t WHERE t.status = 'in_progress'""",
    "a failed task and a failed image say why": """
        SELECT t.site_id, t.id, 'task' AS what FROM tasks t WHERE t.status = 'failed' AND coalesce(t.error, '') = ''
        UNION ALL SELECT m.site_id, m.id, 'image' FROM images m
        WHERE m.status = 'failed' AND coalesce(m.error, '') = ''""",
    "after a temporary failure the item waits for the next run": """
        SELECT i.site_id, i.run_id, i.stage, i.item_id FROM stage_items i
        LEFT JOIN tasks t ON i.stage = 4 AND t.id = i.item_id LEFT JOIN images m ON i.stage = 6 AND m.id = i.item_id
        WHERE i.state = 'failed' AND i.temporary AND (t.status = 'failed' OR m.status = 'failed')
        AND NOT EXISTS (SELECT FROM stage_items later WHERE later.run_id > i.run_id AND later.stage = i.stage
            AND later.item_id = i.item_id AND later.state = 'failed' AND NOT later.temporary)""",
    "an article whose pictures a run described has as many as were asked for": """
        SELECT i.site_id, i.run_id, i.item_id, count(m.id) FROM stage_items i JOIN content c ON c.id = i.item_id
        JOIN automation_runs r ON r.id = i.run_id LEFT JOIN images m ON m.content_id = c.id
        WHERE i.stage = 5 AND i.state = 'done'
        AND NOT EXISTS (SELECT FROM tasks t WHERE t.id = c.task_id AND t.status = 'queued')
        GROUP BY i.site_id, i.run_id, i.item_id, r.initial_snapshot
        HAVING count(m.id) <> (r.initial_snapshot ->> 'images_per_content')::int""",
    "the pictures of an article are numbered from 0, which is the featured one": """
        SELECT m.site_id, m.content_id, array_agg(m.position) AS positions FROM images m GROUP BY 1, 2
        HAVING max(m.position) + 1 <> count(*) OR bool_or((m.kind = 'featured') <> (m.position = 0))""",
    "a picture is generated exactly where it has file, size and model": """
        SELECT m.site_id, m.id, m.status, m.file FROM images m WHERE (m.status = 'generated')
        <> (coalesce(m.file, '') <> '' AND coalesce(m.width, 0) > 0 AND coalesce(m.height, 0) > 0
            AND m.model IS NOT NULL AND m.error IS NULL)""",
    "a picture that a run drew is generated": """
        SELECT i.site_id, i.run_id, m.id, m.status FROM stage_items i JOIN images m ON m.id = i.item_id
        WHERE i.stage = 6 AND i.state = 'done' AND m.status <> 'generated'""",
    "an article is a draft while text or pictures are pending, and no longer": """
        SELECT c.site_id, c.id, c.status, array_agg(m.status) AS pictures FROM content c
        JOIN images m ON m.content_id = c.id LEFT JOIN tasks t ON t.id = c.task_id AND t.status = 'queued'
        WHERE c.status IN ('draft', 'review') GROUP BY c.id
        HAVING bool_or(m.status = 'pending' OR t.id IS NOT NULL) <> (c.status = 'draft')
        AND NOT (c.status = 'draft' AND c.first_review_at IS NULL AND c.source = 'igny8' AND EXISTS (
            SELECT FROM improvement_settings s WHERE s.site_id = c.site_id AND (s.link_in_runs OR s.optimize_in_runs)))
        """,
    "no article stands between draft and review where runs of its site are to do nothing more with it": """
        SELECT c.site_id, c.id, c.status FROM content c JOIN improvement_settings s ON s.site_id = c.site_id
        WHERE (c.status = 'optimized' OR c.status = 'linked' AND NOT s.optimize_in_runs)
        AND NOT EXISTS (SELECT FROM images m WHERE m.content_id = c.id AND m.status = 'pending')""",
    "what a run linked or optimized has gone on": """
        SELECT i.site_id, i.run_id, i.stage, c.id, c.status FROM stage_items i JOIN content c ON c.id = i.item_id
        WHERE i.stage IN (8, 9) AND i.state = 'done' AND c.status = 'draft' AND c.first_review_at IS NULL
        AND NOT EXISTS (SELECT FROM images m WHERE m.content_id = c.id AND m.status = 'pending')
        AND NOT EXISTS (SELECT FROM tasks t WHERE t.id = c.task_id AND t.status = 'queued')""",
    "addresses of articles are unique whatever their case": """
        SELECT c.site_id, lower(c.slug) AS slug, array_agg(c.id) AS articles FROM content c
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "names are within their bounds": f"""
        SELECT site_id, 'cluster' AS what, id FROM clusters WHERE char_length(name) > {names.CLUSTER_NAME}
            OR btrim(name) = '' OR normalized = '' OR char_length(description) > {MAX_DESCRIPTION}
        UNION ALL SELECT site_id, 'idea', id FROM content_ideas WHERE char_length(title) > {names.TITLE}
            OR btrim(title) = '' OR normalized = ''
        UNION ALL SELECT site_id, 'article', id FROM content WHERE char_length(title) > {names.TITLE}
            OR btrim(title) = '' OR char_length(slug) > {names.SLUG + 6} OR slug !~ '^[a-z0-9]+(-[a-z0-9]+)*$'
            OR char_length(meta_title) > {names.META_TITLE} OR char_length(meta_description) > {names.META_DESCRIPTION}
            OR jsonb_array_length(to_jsonb(tags)) > {names.MAX_TAGS}
            OR jsonb_array_length(to_jsonb(categories)) > {names.MAX_CATEGORIES}
        UNION ALL SELECT site_id, 'image', id FROM images WHERE char_length(alt_text) NOT BETWEEN 1 AND {MAX_ALT_TEXT}
            OR char_length(prompt) NOT BETWEEN 1 AND {MAX_PROMPT}""",
    "plans are within their bounds": f"""
        SELECT site_id, 'idea' AS what, id, estimated_word_count AS words FROM content_ideas
        WHERE estimated_word_count NOT BETWEEN {MIN_WORDS} AND {MAX_WORDS}
        UNION ALL SELECT site_id, 'task', id, word_count_target FROM tasks
        WHERE word_count_target NOT BETWEEN {MIN_WORDS} AND {MAX_WORDS}""",
    "what belongs together is of one site": """
        SELECT k.site_id, 'keyword' AS what, k.id FROM keywords k JOIN clusters c ON c.id = k.cluster_id
        WHERE c.site_id <> k.site_id UNION ALL
        SELECT d.site_id, 'idea', d.id FROM content_ideas d JOIN clusters c ON c.id = d.cluster_id
        WHERE c.site_id <> d.site_id UNION ALL
        SELECT t.site_id, 'task', t.id FROM tasks t JOIN content_ideas d ON d.id = t.idea_id
        WHERE d.site_id <> t.site_id OR d.cluster_id <> t.cluster_id UNION ALL
        SELECT c.site_id, 'article', c.id FROM content c JOIN tasks t ON t.id = c.task_id
        WHERE t.site_id <> c.site_id UNION ALL
        SELECT m.site_id, 'image', m.id FROM images m JOIN content c ON c.id = m.content_id
        WHERE c.site_id <> m.site_id""",
}
"""Name and query of each; a query returns the rows that break it, with their site first."""
