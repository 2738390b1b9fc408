"""Portuguese."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="pt",
    skip="Ir para o conteúdo",
    menu="Menu",
    more="Mais",
    pages="Todas as páginas",
    you_are_here="Você está aqui",
    blog="Blog",
    all_articles="Todos os artigos",
    no_articles="Ainda não há artigos.",
    older="Artigos mais antigos",
    newer="Artigos mais recentes",
    page_of="Página {page} de {pages}",
    category="Categoria",
    categories="Categorias",
    tag="Etiqueta",
    tags="Etiquetas",
    related="Artigos relacionados",
    published="Publicado",
    updated="Atualizado",
    by="Por {name}",
    not_found="Página não encontrada",
    not_found_text="Não há nada neste endereço. A página pode ter sido movida ou o link pode conter um erro.",
    to_home="Ir para a página inicial",
    name="Nome",
    email="E-mail",
    message="Mensagem",
    send="Enviar",
    recommended="Recomendado",
)
