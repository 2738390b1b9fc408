"""Google Ads, keyword and search term reports: two lines before the headings, rows of totals behind the data.

Clicks and impressions count the account's own advertisements, which depend on its bids: they are left aside, as are
cost and conversions. What was paid on average for a click is the cost per click. Keywords stand there in the notation
of their match types ("[exact]", '"phrase"', "+broad +modified"), which is taken off.
"""

from __future__ import annotations

import re

from igny8_lib.planner.formats.headings import CPC, KEYWORD
from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader, cpc_in

ADVERTISING = (
    *("match type", "campaign", "ad group", "keyword status", "impr.", "added/excluded"),
    *("keyword-option", "kampagne", "anzeigengruppe", "type de correspondance", "campagne", "groupe d'annonces"),
    *("tipo de concordancia", "campaña", "grupo de anuncios", "tipo di corrispondenza", "campagna"),
    *("tipo de correspondência", "campanha", "zoektype", "тип соответствия", "кампания", "マッチタイプ", "匹配类型"),
)
BROAD = re.compile(r"(?:^|(?<=\s))\+(?=\S)")


def reader(header: Header) -> RowReader | None:
    """Known by a column of keywords beside two of what only campaigns have."""
    keyword = header.find(*KEYWORD)
    if keyword is None or sum(name in ADVERTISING for name in header.names) < 2:
        return None
    known = RowReader.of(keyword, cpc=cpc_in(header.find(*CPC)))
    return RowReader(known.keyword, known.measures, unwrap=take_off_match_type)


def take_off_match_type(text: str) -> str:
    """The keyword without the notation of its match type."""
    text = text.strip()
    if len(text) > 2 and (text[0], text[-1]) in {("[", "]"), ('"', '"')}:
        return text[1:-1]
    return BROAD.sub("", text)


FORMAT = ExportFormat("google_ads", reader)
