"""English."""

from igny8_lib.site_builder.word_lists.kind import Words

WORDS = Words(
    language="en",
    skip="Skip to content",
    menu="Menu",
    more="More",
    pages="All pages",
    you_are_here="You are here",
    blog="Blog",
    all_articles="All articles",
    no_articles="There are no articles yet.",
    older="Older articles",
    newer="Newer articles",
    page_of="Page {page} of {pages}",
    category="Category",
    categories="Categories",
    tag="Tag",
    tags="Tags",
    related="Related articles",
    published="Published",
    updated="Updated",
    by="By {name}",
    not_found="Page not found",
    not_found_text="There is nothing at this address. It may have moved, or the link may have a mistake.",
    to_home="Go to the home page",
    name="Name",
    email="Email",
    message="Message",
    send="Send",
    recommended="Recommended",
)
