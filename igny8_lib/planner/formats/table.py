"""Any other table with a column of keywords: other tools' exports, and lists kept by hand in a spreadsheet."""

from __future__ import annotations

from igny8_lib.planner.formats.layout import (
    ExportFormat,
    Header,
    RowReader,
    count_in,
    cpc_in,
    difficulty_in,
    intent_in,
)

KEYWORD = (
    "keyword",
    "keywords",
    "key word",
    "search term",
    "search terms",
    "search query",
    "query",
    "queries",
    "top queries",
    "key phrase",
    "keyphrase",
    "phrase",
    "term",
    "suchbegriff",
    "suchbegriffe",
    "suchanfrage",
    "suchanfragen",
    "schlüsselwort",
    "mot clé",
    "mots clés",
    "mot-clé",
    "mots-clés",
    "requête",
    "requêtes",
    "palabra clave",
    "palabras clave",
    "consulta",
    "consultas",
    "parola chiave",
    "parole chiave",
    "palavra-chave",
    "palavras-chave",
    "zoekwoord",
    "zoekwoorden",
    "ключевое слово",
    "ключевые слова",
    "ключевая фраза",
    "фраза",
    "запрос",
    "запросы",
    "キーワード",
    "关键词",
)
VOLUME = (
    "volume",
    "search volume",
    "avg. search volume",
    "avg. monthly searches",
    "average monthly searches",
    "monthly searches",
    "monthly search volume",
    "searches",
    "suchvolumen",
    "volume de recherche",
    "volumen",
    "volumen de búsqueda",
    "volume di ricerca",
    "volume de pesquisa",
    "zoekvolume",
    "частотность",
    "частота",
)
IMPRESSIONS = ("impressions", "impressionen", "impresiones", "impressioni", "impressões", "vertoningen", "показы")
DIFFICULTY = ("difficulty", "kd", "kd %", "keyword difficulty", "seo difficulty", "сложность")
INTENT = ("intent", "intents", "search intent", "keyword intents")


def reader(header: Header) -> RowReader | None:
    """Known by a heading that means keyword, in a table of at least two columns."""
    keyword = header.find(*KEYWORD)
    if keyword is None or len(header.cells) < 2:
        return None
    return RowReader(
        keyword,
        volume=count_in(header.find(*VOLUME)),
        impressions=count_in(header.find(*IMPRESSIONS)),
        difficulty=difficulty_in(header.find(*DIFFICULTY)),
        cpc=cpc_in(header.starting("cpc")),
        intent=intent_in(header.find(*INTENT)),
    )


def has_measure(header: Header) -> bool:
    """Whether a second column is known too: what tells headings from a line of text that names keywords."""
    return header.has_any((*VOLUME, *IMPRESSIONS, *DIFFICULTY, *INTENT)) or header.starting("cpc") is not None


FORMAT = ExportFormat("table", reader)
