"""How well an article does, measured: pure functions of its HTML and of facts about it."""
