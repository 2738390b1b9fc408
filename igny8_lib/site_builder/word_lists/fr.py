"""French."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="fr",
    skip="Aller au contenu",
    menu="Menu",
    more="Plus",
    pages="Toutes les pages",
    you_are_here="Vous êtes ici",
    blog="Blog",
    all_articles="Tous les articles",
    no_articles="Il n’y a pas encore d’articles.",
    older="Articles plus anciens",
    newer="Articles plus récents",
    page_of="Page {page} sur {pages}",
    category="Catégorie",
    categories="Catégories",
    tag="Étiquette",
    tags="Étiquettes",
    related="Articles similaires",
    published="Publié",
    updated="Mis à jour",
    by="Par {name}",
    not_found="Page introuvable",
    not_found_text="Il n’y a rien à cette adresse. La page a peut-être été déplacée, ou le lien est erroné.",
    to_home="Aller à l’accueil",
    name="Nom",
    email="E-mail",
    message="Message",
    send="Envoyer",
    recommended="Recommandé",
)
