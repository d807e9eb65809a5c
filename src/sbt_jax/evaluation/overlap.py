"""Overlap: whether a test stands in the training text, word for word.

Public names: :mod:`sbt_jax.evaluation`.
Source: Brown et al. (2020), arXiv:2005.14165, appendix C: n-grams of words in common.
"""

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from sbt_jax import checks

WORD = re.compile(r"\w+")


def ngrams(text: str, size: int) -> set[tuple[str, ...]]:
    """All runs of words of one length, in small letters.

    Args:
      text: Any text.
      size: Words of a run, at least 1.

    Example:
      >>> sorted(ngrams("Tom saw Tom.", 2))
      [('saw', 'tom'), ('tom', 'saw')]
    """
    checks.whole("size", size, 1)
    words = WORD.findall(checks.text("text", text).lower())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def overlaps(
    items: Sequence[str], corpus: Sequence[str], size: int
) -> Bool[np.ndarray, " samples"]:
    """Of each item of a test, whether a run of its words stands in the corpus.

    Args:
      items: Questions, perhaps with their answers.
      corpus: Texts that a model was trained on.
      size: Words of a run. Short runs are common; long ones miss what is shorter.

    Example:
      >>> print(overlaps(["Where is Tom now?", "Who?"], ["So where is Tom?"], 3))
      [ True False]
    """
    seen: set[tuple[str, ...]] = set()
    for text in checks.words("corpus", corpus):
        seen |= ngrams(text, size)
    return np.array(
        [bool(ngrams(i, size) & seen) for i in checks.words("items", items)]
    )
