"""Articles once they are made: read, changed, compared, decided about, made again, exported."""
