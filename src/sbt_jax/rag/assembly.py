"""Passages laid before a model, and which of them its answer quotes.

Page: ``book/rag.md``.  Figure: ``viz/rag/reads.py``, which repeats this in the browser.
"""

from collections.abc import Sequence

from sbt_jax import checks


def within(costs: Sequence[int], budget: int) -> int:
    """How many of the first passages fit.

    Args:
      costs: Tokens of each passage, the best first.
      budget: Tokens that there is room for.

    Raises:
      TypeError: If a cost is no whole number.
      ValueError: If one is negative, or they are no list.

    Example:
      >>> within([24, 24, 24], 50), within([60], 50)
      (2, 0)
    """
    checks.whole("budget", budget)
    spent = 0
    for count, cost in enumerate(checks.row("costs", costs).tolist()):
        spent += cost
        if spent > budget:
            return count
    return len(costs)


def cited(answer: str, passages: Sequence[str]) -> list[int]:
    """The places of the passages that an answer quotes from end to end.

    Args:
      answer: What the model says.
      passages: What it was given.

    Raises:
      TypeError: If ``passages`` is one string.

    Example:
      >>> cited("Tom is a baker.", ["Ann is a cook.", "Tom is  a baker.", ""])
      [1]
    """
    said = " ".join(checks.text("answer", answer).split())
    texts = [" ".join(one.split()) for one in checks.words("passages", passages)]
    return [place for place, text in enumerate(texts) if text and text in said]
