"""The words in each language: a file of this folder is one language, and has its WORDS."""
