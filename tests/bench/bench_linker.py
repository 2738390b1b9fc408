"""Which links fit an article of a site that has fifty thousand: what a look costs, statement by statement.

What counts is processor time, of this process and of the server's that answers it: on a machine that others use, a
clock tells mostly what these do. Only where nobody else is there the two add up to what a look takes.

The articles are made of made-up words: topics with words of their own and some of all, titles and keywords of two to
four words, vectors of 1,536 numbers around a centre for each topic. Some are read; their rows are copied twenty times,
one phrase in five as it is, so that as many articles rival for it, the others with numbers of their own that begin with
the same word, so that all lie where is looked. The article that links are looked for has 1,500 words and mentions sixty
others.
"""

from __future__ import annotations

import os
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.linker import stems
from igny8_lib.linker.ranking import Found, candidates
from igny8_lib.linker.targets import refresh
from igny8_lib.models import Content, ContentStatus
from igny8_lib.planner import vectors
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.sites import make_site

READ, COPIES, TOPICS, DIMENSIONS = 2_500, 20, 500, 1_536
ARTICLES = READ * COPIES
WORDS_OF_ALL, WORDS_OF_TOPICS, WORDS_OF_TOPIC = 4_000, 12_000, 40
SOURCE_WORDS, MENTIONS = 860, 60
"""Words that name something: with the function words between them 1,500."""
AT_ONCE = 500
ROUNDS = 200
MODEL = "bench-embedding"
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwxz" for vowel in "aeiou"]


KEY = "decode(md5(encode({0}, 'hex') || :number), 'hex')"
COPY = (
    """
    INSERT INTO content (id, site_id, title, slug, html, meta_title, meta_description, primary_keyword,
        secondary_keywords, tags, categories, word_count, version, status, site_status, source, sync_status,
        sync_metadata, internal_links, linker_version, optimizer_version, optimization_scores, external_url)
    SELECT id + :step, site_id, title, slug || '-' || :number, '', '', '', primary_keyword,
        secondary_keywords, tags, categories, word_count, version, status, site_status, source, sync_status,
        sync_metadata, internal_links, linker_version, optimizer_version, optimization_scores, external_url
    FROM content WHERE id < 1000000 AND status = 'published'
    """,
    f"""
    INSERT INTO link_targets (content_id, site_id, href, address, title, digest, keyword_digest, words)
    SELECT content_id + :step, site_id, href, address || '-' || :number, title, {KEY.format("digest")},
        {KEY.format("keyword_digest")}, words
    FROM link_targets WHERE content_id < 1000000
    """,  # noqa: S608 - nothing from outside
    """
    INSERT INTO link_phrases (site_id, code, kind, content_id)
    SELECT site_id, CASE WHEN code % 5 = 0 THEN code
        ELSE code >> 40 << 40 | hashint8extended(code, :number) & (1::bigint << 40) - 1 END, kind, content_id + :step
    FROM link_phrases WHERE content_id < 1000000
    """,
    f"""
    INSERT INTO text_vectors (site_id, model, digest, vector)
    SELECT site_id, model, {KEY.format("digest")}, vector FROM text_vectors
    WHERE digest IN (SELECT digest FROM link_targets WHERE content_id < 1000000
        UNION SELECT keyword_digest FROM link_targets WHERE content_id < 1000000)
    """,  # noqa: S608
)
"""The same articles once more: other numbers, addresses, digests, and for four phrases of five other codes."""


@dataclass
class Corpus:
    """Made-up articles, the same in every run."""

    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - the same in every run

    def __post_init__(self) -> None:
        self.common = [self.word() for _ in range(WORDS_OF_ALL)]
        rare = [self.word() for _ in range(WORDS_OF_TOPICS)]
        self.topics = [self.dice.sample(rare, WORDS_OF_TOPIC) for _ in range(TOPICS)]
        self.keywords = [self.keyword(number % TOPICS) for number in range(READ)]

    def word(self) -> str:
        """A word that stems of English leave as it is, mostly."""
        return "".join(self.dice.choices(SYLLABLES, k=self.dice.randint(2, 4)))

    def keyword(self, topic: int) -> str:
        """What an article of a topic is called."""
        own = self.dice.sample(self.topics[topic], self.dice.randint(1, 2))
        return " ".join([*own, self.dice.choice(self.common)])

    def text(self, topic: int, words: int) -> list[str]:
        """Words of a topic among those of all, the first of which are the most frequent; nearly every second word is a
        function word, as in English."""
        own = self.dice.choices(self.topics[topic], k=words // 3)
        shared = [self.common[int(WORDS_OF_ALL * self.dice.random() ** 3)] for _ in range(words - len(own))]
        mixed = [*own, *shared]
        self.dice.shuffle(mixed)
        return [f"the {word}" if place % 4 else word for place, word in enumerate(mixed)]

    def article(self, number: int) -> dict[str, object]:
        """The row of an article."""
        topic, keyword = number % TOPICS, self.keywords[number]
        said = self.text(topic, 150)
        title = f"How to choose {keyword} for {' '.join(self.dice.sample(self.topics[topic], 2))}"
        return {
            "title": title,
            "slug": f"a-{number}",
            "html": f"<p>{' '.join(said[:50])}.</p><p>{' '.join(said[50:])}.</p>",
            "primary_keyword": keyword,
            "secondary_keywords": [self.keyword(topic) for _ in range(2)],
            "external_url": f"https://bench.example/a-{number}/",
            "status": ContentStatus.PUBLISHED,
        }

    def source(self) -> str:
        """The article that links are looked for."""
        said = self.text(0, SOURCE_WORDS)
        for place in self.dice.sample(range(len(said)), MENTIONS):
            near = self.dice.randrange(READ // TOPICS) * TOPICS if self.dice.random() < 0.5 else None
            said[place] = self.keywords[self.dice.randrange(READ) if near is None else near]
        pieces = [" ".join(said[start : start + 60]) for start in range(0, len(said), 60)]
        return "".join(f"<p>{piece}.</p>" for piece in pieces)


def main() -> None:
    """Print the figures."""
    report = Report("Linker")
    with bench_database() as url:
        engine = make_engine(url)
        sessions = session_factory(engine, PLATFORM)
        corpus = Corpus()
        site_id = fill(report, sessions, corpus)
        with sessions.begin() as session:
            source = add(session, site_id, corpus)
        keep_vectors(engine, site_id)
        copy(engine)
        settle(engine)
        for model in ("", MODEL):
            measure(report, sessions, source, model)
        engine.dispose()
    report.show()


def fill(report: Report, sessions: Sessions, corpus: Corpus) -> int:
    """A site with all articles, read; how long reading one takes."""
    with sessions.begin() as session:
        site = make_site(session)
    began, seconds = 0, 0.0
    while began < READ:
        settle(sessions.kw["bind"].engine)
        with sessions.begin() as session:
            rows = [corpus.article(number) for number in range(began, began + AT_ONCE)]
            session.add_all(Content(site_id=site.id, **row) for row in rows)
        began += AT_ONCE
        start = time.perf_counter()
        while work(sessions, lambda session: refresh(session, site.id)):
            pass
        seconds += time.perf_counter() - start
    report.add("refresh", articles=READ, milliseconds_per_article=round(1000 * seconds / READ, 2))
    return site.id


def work(sessions: Sessions, do: Callable[[Session], int]) -> int:
    """One transaction."""
    with sessions.begin() as session:
        return do(session)


def add(session: Session, site_id: int, corpus: Corpus) -> Content:
    """The article that links are looked for."""
    row = corpus.article(0) | {"slug": "source", "html": corpus.source(), "external_url": None}
    content = Content(site_id=site_id, **(row | {"status": ContentStatus.DRAFT}))
    session.add(content)
    session.flush()
    refresh(session, site_id)
    return content


def keep_vectors(engine: Engine, site_id: int) -> None:
    """Vectors of all texts: each article's around its topic's centre, each keyword's around its article's."""
    numbers = np.random.default_rng(1)
    centres = numbers.normal(size=(TOPICS, DIMENSIONS))
    with engine.connect() as connection:
        topics = connection.execute(
            text(
                "SELECT r.digest, t.keyword_digest, substring(c.slug from 3) AS number FROM link_readings r"
                " JOIN content c ON c.id = r.content_id LEFT JOIN link_targets t ON t.content_id = r.content_id"
            )
        ).all()
    raw = engine.raw_connection()
    with raw.cursor() as cursor, cursor.copy("COPY text_vectors (site_id, model, digest, vector) FROM STDIN") as copy:  # type: ignore[attr-defined]
        known: set[bytes] = set()
        for digest, keyword, number in topics:
            centre = centres[int(number) % TOPICS if str(number).isdigit() else 0]
            for key, noise in ((digest, 1.0), (keyword, 1.5)):
                if key and key not in known:
                    known.add(key)
                    vector = vectors.encode(centre + noise * numbers.normal(size=DIMENSIONS))
                    copy.write_row((site_id, MODEL, key, vector))
    raw.commit()
    raw.close()


def copy(engine: Engine) -> None:
    """Many more articles like those that were read."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE content DISABLE TRIGGER link_note_new"))
        for number in range(1, COPIES):
            for statement in COPY:
                connection.execute(text(statement), {"number": number, "step": number * 1_000_000})
        connection.execute(text("ALTER TABLE content ENABLE TRIGGER link_note_new"))


def settle(engine: Engine) -> None:
    """As autovacuum leaves the tables."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def timed(engine: Engine) -> Iterator[list[float]]:
    """The seconds of each statement."""
    seconds: list[float] = []
    started = [0.0]

    def before(*_: object) -> None:
        started[0] = time.perf_counter()

    def after(*_: object) -> None:
        seconds.append(time.perf_counter() - started[0])

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield seconds
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def measure(report: Report, sessions: Sessions, source: Content, model: str) -> None:
    """What a look costs, in a process that knows the words and in one that does not; statements; memory."""
    engine: Engine = sessions.kw["bind"].engine
    with sessions() as session:
        look = lambda: candidates(session, source.site_id, source, model=model)  # noqa: E731
        first = seconds_of(look)
        stems.stems_of.cache_clear()
        cold = seconds_of(look)
        totals, parts = [], []
        for _ in range(ROUNDS // 4):
            with timed(engine) as seconds:
                totals.append(seconds_of(look))
            parts.append(seconds)
        server = session.scalar(text("SELECT pg_backend_pid()"))
        own, its = time.process_time(), processor_seconds(server)
        for _ in range(ROUNDS):
            look()
        own, its = (time.process_time() - own) / ROUNDS, (processor_seconds(server) - its) / ROUNDS
        found = look()
        peak = peak_of(look)
    each = [round(1000 * statistics.median(column), 1) for column in zip(*parts, strict=True)]
    report.add(
        "candidates_with_vectors" if model else "candidates_by_words",
        articles=ARTICLES,
        found=len(found.candidates),
        milliseconds=round(1000 * statistics.median(totals), 1),
        fastest=round(1000 * min(totals), 1),
        processor_milliseconds=round(1000 * (own + its), 1),
        of_it_own=round(1000 * own, 1),
        of_it_the_server=round(1000 * its, 1),
        slowest_of_twenty=round(1000 * sorted(totals)[int(0.95 * len(totals))], 1),
        database_milliseconds=round(sum(each), 1),
        of_each_statement=each,
        statements=len(each),
        first_milliseconds=round(1000 * first, 1),
        without_known_words=round(1000 * cold, 1),
        peak_megabytes=round(peak / 1e6, 1),
    )


def processor_seconds(process: int) -> float:
    """The processor time of a process so far, in user and system mode; Linux tells it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_of(look: Callable[[], Found]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    look()
    return time.perf_counter() - began


def peak_of(look: Callable[[], Found]) -> int:
    """The most bytes that Python holds more meanwhile."""
    tracemalloc.start()
    look()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
