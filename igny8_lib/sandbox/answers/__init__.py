"""What the sandbox answers: put together from templates and from the words of the request.

words.py, similarity.py     languages, stems, how alike keywords are    synonyms.py   what asks for the same thing
asked.py                    what a request says beside its INPUT
clustering.py, naming.py    keywords → topics                       merging.py       lone topics → others
intents.py, ideas.py        topics → articles to write             titling.py, idea_phrases.*   titles and outlines
article.py, writing.py      an article to write → an article       themes.py, spinning.py, article_phrases.*   its text
image_prompts.py            an article → what to draw              pictures.py       the picture
site_structure.py, site_page.py, site_worsening.py, site_phrases.*   a brief → a website's plan, its pages
embeddings.py, instances.py vectors; the smallest document a JSON schema accepts
"""
