"""Google Keyword Planner, historical metrics: UTF-16LE, tabs, two lines before the headings (FORMATS: Keyword Stats).

Competition, also the indexed one, is how many advertisers bid; it is not SEO difficulty and is left aside. The bids
are the 20th and 80th percentile of what advertisers paid for the top of the page: their middle is the cost per click.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from igny8_lib.planner.formats.layout import Cells, ExportFormat, Header, RowReader, count_in, cpc_in

KEYWORD = ("keyword", "mot clé", "palabra clave", "parola chiave", "palavra-chave", "ключевое слово")
SEARCHES = (
    "avg. monthly searches",
    "avg. monthly searches (exact match only)",
    "durchschnittl. suchanfragen pro monat",
    "nombre moyen de recherches mensuelles",
    "promedio de búsquedas mensuales",
    "media ricerche mensili",
    "média de pesquisas mensais",
    "среднее число запросов в месяц",
)
ADVERTISING = (
    "competition",
    "competition (indexed value)",
    "currency",
    "wettbewerb",
    "währung",
    "concurrence",
    "devise",
    "competencia",
    "moneda",
    "concorrenza",
    "valuta",
    "concorrência",
    "moeda",
    "уровень конкуренции",
    "валюта",
)


def reader(header: Header) -> RowReader | None:
    """Known by its average monthly searches beside a currency or a competition."""
    keyword, searches = header.find(*KEYWORD), header.find(*SEARCHES)
    if keyword is None or searches is None or not header.has_any(ADVERTISING):
        return None
    return RowReader(keyword, volume=count_in(searches), cpc=paid_per_click(header))


def paid_per_click(header: Header) -> Callable[[Cells], Decimal | None]:
    """The middle of the bids that are there; older exports have one suggested bid."""
    headings = ("top of page bid (low range)", "top of page bid (high range)", "suggested bid")
    bids = [cpc_in(column) for heading in headings if (column := header.find(heading)) is not None]

    def middle(cells: Cells) -> Decimal | None:
        known = [bid for read in bids if (bid := read(cells)) is not None]
        return (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.01")) if known else None

    return middle


FORMAT = ExportFormat("google_keyword_planner", reader)
