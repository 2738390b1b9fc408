"""Russian."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="ru",
    skip="Перейти к содержанию",
    menu="Меню",
    more="Ещё",
    pages="Все страницы",
    you_are_here="Вы здесь",
    blog="Блог",
    all_articles="Все статьи",
    no_articles="Статей пока нет.",
    older="Более старые статьи",
    newer="Более новые статьи",
    page_of="Страница {page} из {pages}",
    category="Категория",
    categories="Категории",
    tag="Метка",
    tags="Метки",
    related="Похожие статьи",
    published="Опубликовано",
    updated="Обновлено",
    by="Автор: {name}",
    not_found="Страница не найдена",
    not_found_text="По этому адресу ничего нет. Возможно, страница переехала или в ссылке ошибка.",
    to_home="На главную страницу",
    name="Имя",
    email="Эл. почта",
    message="Сообщение",
    send="Отправить",
    recommended="Рекомендуем",
)
