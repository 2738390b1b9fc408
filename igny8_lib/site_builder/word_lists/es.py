"""Spanish."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="es",
    skip="Saltar al contenido",
    menu="Menú",
    more="Más",
    pages="Todas las páginas",
    you_are_here="Está aquí",
    blog="Blog",
    all_articles="Todos los artículos",
    no_articles="Todavía no hay artículos.",
    older="Artículos anteriores",
    newer="Artículos más recientes",
    page_of="Página {page} de {pages}",
    category="Categoría",
    categories="Categorías",
    tag="Etiqueta",
    tags="Etiquetas",
    related="Artículos relacionados",
    published="Publicado",
    updated="Actualizado",
    by="Por {name}",
    not_found="Página no encontrada",
    not_found_text="No hay nada en esta dirección. Puede que la página se haya movido o que el enlace tenga un error.",
    to_home="Ir a la página de inicio",
    name="Nombre",
    email="Correo electrónico",
    message="Mensaje",
    send="Enviar",
    recommended="Recomendado",
)
