"""What the page says of what it tries itself: two trainers, two letter counters.

Page: ``book/tokenization.md``. What it says of measured tables is in ``findings``.
"""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from sbt_jax.numbers import decimal, percent
from sbt_jax.tokenization.learning import train, train_naive

Table = Mapping[str, Any]
ANSWERS = ("0", "1", "2", "3 or more")  # of the models that count letters


def findings_on_speed(
    text: str, num_merges: int
) -> tuple[dict[str, str], dict[str, bool]]:
    """How many times as fast the trainer is that keeps its counts, timed here and now.

    Args:
      text: To learn from.
      num_merges: How many merges.

    Returns:
      Texts by name, and claims.

    Example:
      >>> findings_on_speed("low lower lowest", 3)[1]
      {'both trainers learn the same': True}
    """
    start = time.perf_counter()
    slow = train_naive(text, num_merges)
    middle = time.perf_counter()
    fast = train(text, num_merges)
    end = time.perf_counter()
    ratio = (middle - start) / (end - middle)
    return {"ratio": decimal(ratio, 0)}, {"both trainers learn the same": slow == fast}


def answer(p: Float[np.ndarray, " classes"]) -> str:
    """What a model says when it is asked how many, and how sure it is.

    Example:
      >>> answer(np.array([0.01, 0.02, 0.95, 0.02]))
      '2 (95 %)'
    """
    return f"{ANSWERS[int(p.argmax())]} ({percent(float(p.max()))})"


def findings_on_counting(
    p: Mapping[str, Float[np.ndarray, "batch classes"]],
) -> tuple[dict[str, str], dict[str, bool]]:
    """What the two letter counters say of *strawberry*, and of *raspberry*.

    Args:
      p: For each word a row for the reader of letters and one for that of tokens, as
        :func:`sbt_jax.shipped.letters.count_both` gives them.

    Returns:
      Texts by name, and claims.
    """
    letters, tokens = map(answer, p["strawberry"])
    others = [int(row.argmax()) for row in p["raspberry"]]
    return {"said_letters": letters, "said_tokens": tokens}, {
        "letters helped": letters.startswith(ANSWERS[3]) and tokens.startswith("2"),
        "and did not help": others == [2, 2],
    }


def language_table(table: Table) -> str:
    """One sentence in several languages: its tokens, in lines to print.

    Example:
      >>> row = {"language": "Hindi", "book": 99, "cl100k": 45, "o200k": 16}
      >>> print(language_table({"rows": [row]}))
                ours cl100k o200k
      Hindi       99     45    16
    """
    lines = [f"{'':9}{'ours':>5}{'cl100k':>7}{'o200k':>6}"]
    lines += [
        f"{row['language']:9}{row['book']:5}{row['cl100k']:7}{row['o200k']:6}"
        for row in table["rows"]
    ]
    return "\n".join(lines)
