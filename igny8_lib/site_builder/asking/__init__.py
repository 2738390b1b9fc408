"""What the site builder asks of the AI: a website's structure, and one page of it."""
