"""German."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="de",
    skip="Zum Inhalt springen",
    menu="Menü",
    more="Mehr",
    pages="Alle Seiten",
    you_are_here="Sie sind hier",
    blog="Blog",
    all_articles="Alle Artikel",
    no_articles="Es gibt noch keine Artikel.",
    older="Ältere Artikel",
    newer="Neuere Artikel",
    page_of="Seite {page} von {pages}",
    category="Kategorie",
    categories="Kategorien",
    tag="Schlagwort",
    tags="Schlagwörter",
    related="Verwandte Artikel",
    published="Veröffentlicht",
    updated="Aktualisiert",
    by="Von {name}",
    not_found="Seite nicht gefunden",
    not_found_text="Unter dieser Adresse gibt es nichts. Vielleicht ist die Seite umgezogen oder der Link fehlerhaft.",
    to_home="Zur Startseite",
    name="Name",
    email="E-Mail",
    message="Nachricht",
    send="Senden",
    recommended="Empfohlen",
)
