"""Internal links: which fit, putting them in, taking them out, and who links to whom."""
