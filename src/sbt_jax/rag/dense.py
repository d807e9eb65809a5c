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
from sbt_jax.rag.chunks import word_lists

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
      TypeError: If they, or a document, are one string.
      ValueError: If ``rare`` is not positive.

    Example:
      >>> weights = sif_weights([["the", "the", "the", "boat"]], rare=0.25)
      >>> weights["the"], weights["boat"]
      (0.25, 0.5)
    """
    checks.number("rare", rare, 0, above=True)
    counts: Counter[str] = Counter()
    for document in word_lists("documents", documents):
        counts.update(document)
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
      TypeError: If ``words`` is one string, or ``weights`` maps to no numbers.
      ValueError: If the weight of a word is negative or not finite.

    Example:
      >>> two = WordVectors(("up", "far"), jnp.array([[0.0, 1.0], [1.0, 0.0]]))
      >>> mean_vector(["up", "far", "unheard"], two, {"up": 0.5})
      array([0.5 , 0.25])
    """
    if not isinstance(weights, Mapping):
        raise TypeError(f"weights must map words to numbers, got {weights!r}")
    table = np.asarray(vectors.table)
    known = [word for word in checks.words("words", words) if word in vectors]
    total = np.zeros(table.shape[1])
    for word in known:
        weight = checks.number("weights", weights.get(word, 1.0), 0)
        total += weight * table[vectors.ids[word]]
    return total / max(len(known), 1)


def common_direction(
    table: Float[np.ndarray, "samples width"],
) -> Float[np.ndarray, " width"]:
    """The direction that most of the vectors share: the first singular vector.

    Found by power iteration, which the browser repeats step by step.

    Raises:
      TypeError: If it is not of numbers.
      ValueError: If it is no table, or a number is not finite.

    Example:
      >>> common_direction(np.array([[2.0, 0.0], [3.0, 0.0]])).round(2)
      array([1., 0.])
    """
    table = checks.all_finite("table", table).astype(float)
    checks.shaped("table", table, (None, None))
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
      TypeError: If an argument is no array of numbers.
      ValueError: If shapes do not fit.

    Example:
      >>> words = jnp.array([[1.0, 0.0], [0.0, 1.0]])
      >>> print(max_sim(words, jnp.array([[1.0, 0.0], [0.6, 0.8]])).round(2))
      1.8
    """
    checks.numbers(query=query, document=document)
    checks.shaped("query", query, (None, None))
    checks.shaped("document", document, (None, query.shape[1]))
    if weights is not None:
        checks.numbers(weights=weights)
        checks.shaped("weights", weights, (len(query),))
    if not len(query) or not len(document):
        return jnp.zeros(())
    best = (unit(jnp.asarray(query)) @ unit(jnp.asarray(document)).T).max(axis=1)
    return best.sum() if weights is None else (best * weights).sum()
