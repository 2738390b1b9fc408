"""One AI function per file, its prompt and its answer schema beside it."""
