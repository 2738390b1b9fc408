"""What the columns of keyword tables are called, in the languages in which people export them.

Where a heading stands here it decides; where none does, the shape of the table does (igny8_lib/planner/shape.py).
"""

from __future__ import annotations

import re

KEYWORD = (
    *("keyword", "keywords", "key word", "search term", "search terms", "search query", "search queries"),
    *(
        "query",
        "queries",
        "top queries",
        "key phrase",
        "keyphrase",
        "phrase",
        "term",
        "search keyword",
        "keyword phrase",
    ),
    *("keyword idea", "keyword ideas", "target keyword", "main keyword", "primary keyword", "focus keyword"),
    *("suchbegriff", "suchbegriffe", "suchanfrage", "suchanfragen", "häufigste suchanfragen", "schlüsselwort"),
    *("mot clé", "mots clés", "mot-clé", "mots-clés", "requête", "requêtes", "requêtes les plus fréquentes"),
    *("terme recherché", "termes recherchés", "terme de recherche", "termes de recherche"),
    *("palabra clave", "palabras clave", "consulta", "consultas", "consultas principales", "término de búsqueda"),
    *("parola chiave", "parole chiave", "query principali", "query più frequenti", "termine di ricerca"),
    *("palavra-chave", "palavras-chave", "principais consultas", "consultas mais comuns", "termo de pesquisa"),
    *("zoekwoord", "zoekwoorden", "zoekterm", "zoektermen", "zoekopdracht", "zoekopdrachten"),
    *("populairste zoekopdrachten", "meest uitgevoerde zoekopdrachten"),
    *("ключевое слово", "ключевые слова", "ключевая фраза", "фраза", "запрос", "запросы", "топ запросов"),
    *("поисковый запрос", "поисковые запросы", "популярные запросы", "поисковая фраза", "поисковые фразы"),
    *("запросы со словами", "статистика по словам"),
    *("słowo kluczowe", "słowa kluczowe", "zapytanie", "zapytania", "najpopularniejsze zapytania"),
    *("klíčové slovo", "dotaz", "dotazy", "nejčastější dotazy", "kulcsszó", "cuvânt cheie", "anahtar kelime"),
    *("en çok yapılan sorgular", "sorgu", "sorgular", "sökord", "sökfråga", "søgeord", "søkeord", "hakusana"),
    *("キーワード", "クエリ", "上位のクエリ", "検索キーワード", "検索語句", "关键词", "关键字", "查询", "热门查询"),
    *("關鍵字", "熱門查詢", "查詢", "키워드", "검색어", "인기 검색어", "từ khóa", "kata kunci", "מילת מפתח"),
)
VOLUME = (
    *("volume", "search volume", "avg. search volume", "avg. monthly searches", "average monthly searches"),
    *("monthly searches", "monthly search volume", "searches", "volume (monthly)", "msv", "sv"),
    *("avg. monthly searches (exact match only)", "average search volume", "local volume", "average searches"),
    *("monthly volume", "local searches", "suchvolumen/monat", "suchvolumen pro monat", "volumen mensual"),
    *("volume mensuel", "volume mensile"),
    *("average monthly search volume", "avg. monthly search volume", "exact search volume", "vol", "search vol"),
    *("suchvolumen", "durchschnittl. suchanfragen pro monat", "volume de recherche", "volumes de recherche"),
    *("nombre moyen de recherches mensuelles", "volumen", "volumen de búsqueda", "promedio de búsquedas mensuales"),
    *("volume di ricerca", "media ricerche mensili", "volume de pesquisa", "média de pesquisas mensais"),
    *("zoekvolume", "частотность", "частота", "среднее число запросов в месяц", "показов в месяц", "liczba wyszukiwań"),
    *("число запросов", "volume (global)", "search volume (global)"),
    *(
        "月間平均検索ボリューム",
        "検索ボリューム",
        "平均每月搜索量",
        "搜索量",
        "平均每月搜尋量",
        "월간 평균 검색량",
        "검색량",
    ),
)
IMPRESSIONS = (
    *("impressions", "impressionen", "impresiones", "impressioni", "impressões", "vertoningen", "показы"),
    *(
        "wyświetlenia",
        "zobrazení",
        "gösterimler",
        "visningar",
        "visninger",
        "表示回数",
        "展示",
        "曝光",
        "曝光次數",
        "노출",
    ),
)
CLICKS = (
    *("clicks", "klicks", "clics", "clic", "cliques", "klikken", "aantal klikken", "клики", "kliknięcia"),
    *("kliknutí", "tıklamalar", "klick", "klik", "クリック数", "点击次数", "點擊", "點擊次數", "클릭수"),
)
POSITION = (
    *(
        "position",
        "average position",
        "avg. position",
        "current position",
        "rank",
        "ranking",
        "durchschn. position",
        "pos",
    ),
    *(
        "posición",
        "posizione",
        "posição",
        "positie",
        "позиция",
        "pozycja",
        "pozice",
        "konum",
        "掲載順位",
        "排名",
        "게재순위",
    ),
)
DIFFICULTY = (
    *("difficulty", "kd", "kd index", "keyword difficulty", "keyword difficulty index", "ranking difficulty"),
    *(
        "seo difficulty",
        "sd",
        "keyword-schwierigkeit",
        "difficulté",
        "dificultad",
        "difficoltà",
        "сложность",
        "难度",
        "難易度",
    ),
)
INTENT = (
    "intent",
    "intents",
    "search intent",
    "keyword intent",
    "keyword intents",
    "suchintention",
    "intention",
    "absicht",
)
CPC = (
    *("cpc", "average cpc", "avg. cpc", "avg cpc", "cost per click", "durchschn. cpc", "cpc moy.", "cpc medio"),
    *("cpc moyen", "klickpreis", "цена клика"),
)
PARENT = ("parent keyword", "parent topic", "topic parent")
PAGE = (
    *("url", "page", "page url", "current url", "landing page", "ranking url", "best url", "address", "top page"),
    *("seite", "adresse", "página", "pagina", "страница", "ページ", "网页"),
)

NO_KEYWORDS = (
    *("page", "pages", "top pages", "url", "urls", "landing page", "domain", "website", "site"),
    *("seiten", "häufigste seiten", "pages les plus populaires", "páginas principales", "pagine principali"),
    *("country", "countries", "top countries", "land", "länder", "pays", "país", "países", "paese", "paesi", "landen"),
    *("страна", "страны", "kraj", "kraje", "国", "国/地区", "国家/地区", "國家/地區", "국가"),
    *("device", "devices", "top devices", "gerät", "geräte", "appareil", "appareils", "dispositivo", "dispositivos"),
    *("dispositivi", "apparaat", "apparaten", "устройство", "устройства", "urządzenie", "urządzenia"),
    *("デバイス", "设备", "裝置", "기기"),
    *("date", "day", "month", "datum", "fecha", "data", "дата", "日期", "日付", "날짜"),
    *("search appearance", "darstellung in der suche", "filter", "campaign", "ad group", "account", "author"),
    *("value", "wert", "valeur", "valor", "valore", "waarde", "wartość", "värde", "verdi", "værdi", "arvo", "hodnota"),
    *("érték", "değer", "nilai", "значение", "valoare", "值", "値", "값"),
)
"""Headings of texts that are no keywords: other sheets of the same exports."""

REMARK = re.compile(r"\s*[(\[\uff08](?!global)[^)\]\uff09]*[)\]\uff09]")
"""What headings say of a country, a currency or a unit; a worldwide figure is another one."""
TOOLS_PREFIX = re.compile(r"^(?:organic google search|google [a-z]{2}) ")
"""Whose figure it is, as Google Analytics and Serpstat write in front."""


def plain_heading(name: str) -> str:
    """A normalised heading without what is said about it: "cpc (usd)", "cpc, $" → "cpc", "search_volume" too."""
    bare = TOOLS_PREFIX.sub("", REMARK.sub("", name.replace("_", " ")))
    return bare.rstrip(" ,:.%$€£#*") or name
