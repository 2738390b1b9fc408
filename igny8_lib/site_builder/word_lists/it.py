"""Italian."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="it",
    skip="Vai al contenuto",
    menu="Menu",
    more="Altro",
    pages="Tutte le pagine",
    you_are_here="Sei qui",
    blog="Blog",
    all_articles="Tutti gli articoli",
    no_articles="Non ci sono ancora articoli.",
    older="Articoli meno recenti",
    newer="Articoli più recenti",
    page_of="Pagina {page} di {pages}",
    category="Categoria",
    categories="Categorie",
    tag="Tag",
    tags="Tag",
    related="Articoli correlati",
    published="Pubblicato",
    updated="Aggiornato",
    by="Di {name}",
    not_found="Pagina non trovata",
    not_found_text="A questo indirizzo non c’è nulla. Forse la pagina è stata spostata o il link contiene un errore.",
    to_home="Vai alla home page",
    name="Nome",
    email="E-mail",
    message="Messaggio",
    send="Invia",
    recommended="Consigliato",
)
