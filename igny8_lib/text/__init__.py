"""What several rooms read text by: normalisation, words, HTML."""
