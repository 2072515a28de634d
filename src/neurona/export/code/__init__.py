"""A trained network as source text: one form in between, one printer a language."""
