"""What the API takes and gives: one module a noun, with examples; apart from the models, so that those may change."""
