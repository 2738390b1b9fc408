"""Better texts of articles by the AI, taken only where they are better by measure."""
