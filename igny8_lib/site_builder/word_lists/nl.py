"""Dutch."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="nl",
    skip="Naar de inhoud",
    menu="Menu",
    more="Meer",
    pages="Alle pagina’s",
    you_are_here="U bent hier",
    blog="Blog",
    all_articles="Alle artikelen",
    no_articles="Er zijn nog geen artikelen.",
    older="Oudere artikelen",
    newer="Nieuwere artikelen",
    page_of="Pagina {page} van {pages}",
    category="Categorie",
    categories="Categorieën",
    tag="Tag",
    tags="Tags",
    related="Verwante artikelen",
    published="Gepubliceerd",
    updated="Bijgewerkt",
    by="Door {name}",
    not_found="Pagina niet gevonden",
    not_found_text="Op dit adres is niets te vinden. Misschien is de pagina verplaatst of bevat de link een fout.",
    to_home="Naar de startpagina",
    name="Naam",
    email="E-mail",
    message="Bericht",
    send="Verzenden",
    recommended="Aanbevolen",
)
