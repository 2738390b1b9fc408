"""An OpenAI-compatible server that answers offline and deterministically; no model behind it."""
