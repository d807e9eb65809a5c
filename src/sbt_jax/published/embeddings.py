"""Published figures of chapter 3, with their sources."""

from sbt_jax.published.figure import Figure

_GLOVE = "https://nlp.stanford.edu/projects/glove/"

EMBEDDINGS = {
    # Words, and numbers a word.
    "glove_shape": Figure(
        (400_000, 50), "Pennington, Socher & Manning 2014", "glove.6B.50d.txt", _GLOVE
    ),
    # How the vector of *the* begins.
    "glove_the": Figure(
        (0.418, 0.24968, -0.41242, 0.1217),
        "Pennington, Socher & Manning 2014",
        "glove.6B.50d.txt, line 1",
        _GLOVE,
    ),
    # Tokens of text that it was made from: Wikipedia of 2014 and Gigaword 5.
    "glove_tokens": Figure(
        6_000_000_000, "Pennington, Socher & Manning 2014", "project page", _GLOVE
    ),
}
