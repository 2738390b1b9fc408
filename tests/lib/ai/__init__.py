"""The AI client, its prompts and its functions."""
