"""Google Search Console, Queries: UTF-8, commas (semicolons in some locales), headings in the user's language.

There is no volume: impressions count how often the site was shown, which is not how often people searched.
"""

from __future__ import annotations

from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader, count_in

QUERIES = (
    "top queries",
    "queries",
    "query",
    "häufigste suchanfragen",
    "suchanfragen",
    "requêtes les plus fréquentes",
    "requêtes",
    "consultas principales",
    "consultas",
    "query più frequenti",
    "principais consultas",
    "consultas mais comuns",
    "populairste zoekopdrachten",
    "топ запросов",
)
CLICKS = ("clicks", "klicks", "clics", "clic", "cliques", "klikken", "клики")
IMPRESSIONS = (
    "impressions",
    "impressionen",
    "impresiones",
    "impressioni",
    "impressões",
    "vertoningen",
    "показы",
)


def reader(header: Header) -> RowReader | None:
    """Known by a column of queries beside clicks and impressions."""
    query, impressions = header.find(*QUERIES), header.find(*IMPRESSIONS)
    if query is None or impressions is None or header.find(*CLICKS) is None:
        return None
    return RowReader(query, impressions=count_in(impressions))


FORMAT = ExportFormat("search_console", reader)
