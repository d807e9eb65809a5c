"""Step by Token in JAX: the mechanisms of the book, one module a chapter."""
