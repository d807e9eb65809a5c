r"""Dense search: passages as vectors, compared by their direction.

Page: ``book/rag.md``.  Figure: ``viz/rag/ask.py``.  Public names: :mod:`sbt_jax.rag`.
Source: Arora, Liang & Ma (2017), "A simple but tough-to-beat baseline for sentence
embeddings", algorithm 1; Khattab & Zaharia (2020), arXiv:2004.12832, section 3.2, for
late interaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.embeddings import WordVectors, unit

#: Below this share of all words a word counts nearly in full.
RARE = 1e-3
TURNS = 50  # of the power iteration


def sif_weights(
    documents: Sequence[Sequence[str]], rare: float | int = RARE
) -> dict[str, float]:
    r"""How much each word counts in a mean: :math:`a / (a + p(w))`.

    Args:
      documents: Lists of words, from which the shares :math:`p` are taken.
      rare: The constant :math:`a`.

    Raises:
      TypeError: If a document is one string.
      ValueError: If ``rare`` is not positive.

    Example:
      >>> weights = sif_weights([["the", "the", "the", "boat"]], rare=0.25)
      >>> weights["the"], weights["boat"]
      (0.25, 0.5)
    """
    checks.number("rare", rare, 0, above=True)
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(checks.words("documents", document))
    total = sum(counts.values())
    return {word: rare / (rare + n / total) for word, n in counts.items()}


def mean_vector(
    words: Sequence[str], vectors: WordVectors, weights: Mapping[str, float]
) -> Float[np.ndarray, " width"]:
    """The weighted mean of the vectors of words; words without a vector are skipped.

    Args:
      words: Of a passage or a question.
      vectors: One vector a word.
      weights: One weight a word; a word without one counts in full.

    Returns:
      Zeros if no word has a vector.

    Raises:
      TypeError: If ``words`` is one string.

    Example:
      >>> two = WordVectors(("up", "far"), jnp.array([[0.0, 1.0], [1.0, 0.0]]))
      >>> mean_vector(["up", "far", "unheard"], two, {"up": 0.5})
      array([0.5 , 0.25])
    """
    table = np.asarray(vectors.table)
    known = [word for word in checks.words("words", words) if word in vectors]
    total = np.zeros(table.shape[1])
    for word in known:
        total += weights.get(word, 1.0) * table[vectors.ids[word]]
    return total / max(len(known), 1)


def common_direction(
    table: Float[np.ndarray, "samples width"],
) -> Float[np.ndarray, " width"]:
    """The direction that most of the vectors share: the first singular vector.

    Found by power iteration, which the browser repeats step by step.

    Raises:
      ValueError: If it is no table, or a number is not finite.

    Example:
      >>> common_direction(np.array([[2.0, 0.0], [3.0, 0.0]])).round(2)
      array([1., 0.])
    """
    table = np.asarray(checks.shaped("table", table, (None, None)), float)
    if not np.isfinite(table).all():
        raise ValueError(f"table must be finite, got {table}")
    # Begins with the sum, which is never at right angles to it in practice.
    found = table.sum(0)
    for _ in range(TURNS):
        found = table.T @ (table @ found)
        found = found / (np.linalg.norm(found) or 1)
    return found


def without(
    vector: Float[np.ndarray, "*batch width"], direction: Float[np.ndarray, " width"]
) -> Float[np.ndarray, "*batch width"]:
    """Vectors without what they have of a direction of length 1.

    Example:
      >>> without(np.array([3.0, 4.0]), np.array([1.0, 0.0]))
      array([0., 4.])
    """
    vector = np.asarray(vector)
    return vector - (vector @ direction)[..., None] * direction


def max_sim(
    query: Float[Array | np.ndarray, "words width"],
    document: Float[Array | np.ndarray, "places width"],
    weights: Float[Array | np.ndarray, " words"] | None = None,
) -> Float[Array, ""]:
    r"""Late interaction: each word of the question looks for its best match.

    .. math:: \sum_i w_i \max_j \cos(q_i, d_j)

    Args:
      query: One vector a word of the question.
      document: One vector a word of the passage.
      weights: How much each word of the question counts; all 1 if left out.

    Returns:
      The sum; 0 if the question or the passage has no words.

    Raises:
      ValueError: If shapes do not fit.

    Example:
      >>> words = jnp.array([[1.0, 0.0], [0.0, 1.0]])
      >>> print(max_sim(words, jnp.array([[1.0, 0.0], [0.6, 0.8]])).round(2))
      1.8
    """
    checks.numbers(query=query, document=document)
    checks.shaped("query", query, (None, None))
    checks.shaped("document", document, (None, query.shape[1]))
    if not len(query) or not len(document):
        return jnp.zeros(())
    best = (unit(jnp.asarray(query)) @ unit(jnp.asarray(document)).T).max(axis=1)
    if weights is None:
        return best.sum()
    checks.shaped("weights", weights, (len(query),))
    return (best * weights).sum()
