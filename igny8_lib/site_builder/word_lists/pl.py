"""Polish."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="pl",
    skip="Przejdź do treści",
    menu="Menu",
    more="Więcej",
    pages="Wszystkie strony",
    you_are_here="Jesteś tutaj",
    blog="Blog",
    all_articles="Wszystkie artykuły",
    no_articles="Nie ma jeszcze artykułów.",
    older="Starsze artykuły",
    newer="Nowsze artykuły",
    page_of="Strona {page} z {pages}",
    category="Kategoria",
    categories="Kategorie",
    tag="Tag",
    tags="Tagi",
    related="Powiązane artykuły",
    published="Opublikowano",
    updated="Zaktualizowano",
    by="Autor: {name}",
    not_found="Nie znaleziono strony",
    not_found_text="Pod tym adresem nic nie ma. Strona mogła zostać przeniesiona albo w odnośniku jest błąd.",
    to_home="Przejdź do strony głównej",
    name="Imię i nazwisko",
    email="E-mail",
    message="Wiadomość",
    send="Wyślij",
    recommended="Polecane",
)
