"""Problems that readers find in the box of the coder.

Public names: :mod:`sbt_jax.viz.evaluation`.
"""

from collections.abc import Sequence

from sbt_jax.evaluation import Problem
from sbt_jax.evaluation.coder import Pair

#: Problems to begin with, by what they are called.
PROBLEMS = {
    "easy": Problem(
        (
            ((1, 8, 6, 3), (1, 3)),
            ((2, 5, 9, 4), (5, 9)),
            ((3, 0, 7, 2), (3, 7)),
        ),
        ("odds", "sort"),
    ),
    "misleading": Problem(
        (
            ((0, 1, 6, 6), (0, 6)),
            ((6, 7, 0, 5), (6, 0)),
            ((4, 5, 0, 3), (4, 0)),
        ),
        ("front", "evens"),
    ),
    "hard": Problem(
        (
            ((6, 8, 1, 6), (2, 2, 6)),
            ((3, 3, 8, 1), (6, 2, 6)),
            ((5, 1, 9, 3), (8, 6, 2)),
        ),
        ("tail", "double", "rotate"),
    ),
}
FIRST = "misleading"


def spell(pairs: Sequence[Pair]) -> str:
    """Three examples as the box shows them.

    Example:
      >>> spell([((1, 2), (2,))])
      '1 2 > 2'
    """
    return "\n".join(
        f"{' '.join(map(str, given))} > {' '.join(map(str, wanted))}".strip()
        for given, wanted in pairs
    )
