"""Japanese."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="ja",
    skip="本文へ移動",
    menu="メニュー",
    more="その他",
    pages="すべてのページ",
    you_are_here="現在のページ",
    blog="ブログ",
    all_articles="すべての記事",
    no_articles="記事はまだありません。",
    older="以前の記事",
    newer="新しい記事",
    page_of="{pages}ページ中{page}ページ",
    category="カテゴリー",
    categories="カテゴリー",
    tag="タグ",
    tags="タグ",
    related="関連記事",
    published="公開日",
    updated="更新日",
    by="著者：{name}",
    not_found="ページが見つかりません",
    not_found_text="このアドレスには何もありません。ページが移動したか、リンクに誤りがある可能性があります。",
    to_home="ホームへ戻る",
    name="お名前",
    email="メールアドレス",
    message="メッセージ",
    send="送信",
    recommended="おすすめ",
)
