"""Google Keyword Planner, historical metrics: UTF-16LE, tabs, two lines before the headings (FORMATS: Keyword Stats).

Competition, also the indexed one, is how many advertisers bid; it is not SEO difficulty and is left aside. The bids
are the 20th and 80th percentile of what advertisers paid for the top of the page: their middle is the cost per click.
"""

from __future__ import annotations

from decimal import Decimal

from igny8_lib.planner.formats.headings import KEYWORD
from igny8_lib.planner.formats.layout import Cells, ExportFormat, Header, Measure, RowReader, count_in, cpc_in

SEARCHES = (
    *("avg. monthly searches", "avg. monthly searches (exact match only)", "durchschnittl. suchanfragen pro monat"),
    *("nombre moyen de recherches mensuelles", "promedio de búsquedas mensuales", "media ricerche mensili"),
    *("média de pesquisas mensais", "среднее число запросов в месяц", "月間平均検索ボリューム", "平均每月搜索量"),
    *("平均每月搜尋量", "월간 평균 검색량"),
)
ADVERTISING = (
    *("competition", "competition (indexed value)", "currency", "wettbewerb", "währung", "concurrence", "devise"),
    *("competencia", "moneda", "concorrenza", "valuta", "concorrência", "moeda", "уровень конкуренции", "валюта"),
    *("通貨", "競合性", "货币", "竞争程度", "競爭程度", "통화", "경쟁"),
)


def reader(header: Header) -> RowReader | None:
    """Known by its average monthly searches beside a currency or a competition."""
    keyword, searches = header.find(*KEYWORD), header.find(*SEARCHES)
    if keyword is None or searches is None or not header.has_any(ADVERTISING):
        return None
    return RowReader.of(keyword, volume=count_in(searches), cpc=paid_per_click(header))


def paid_per_click(header: Header) -> Measure | None:
    """The middle of the bids that are there; older exports have one suggested bid."""
    headings = ("top of page bid (low range)", "top of page bid (high range)", "suggested bid")
    bids = [bid for heading in headings if (bid := cpc_in(header.find(heading))) is not None]

    def middle(cells: Cells) -> Decimal | None:
        known = [amount for bid in bids if (amount := bid.read(cells)) is not None]
        return (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.01")) if known else None

    return Measure(tuple(column for bid in bids for column in bid.columns), middle) if bids else None


FORMAT = ExportFormat("google_keyword_planner", reader)
