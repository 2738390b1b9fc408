"""The AI functions: what they ask and which answers they accept."""
