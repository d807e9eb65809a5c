"""Tokens as figures name them.

Public names: :mod:`sbt_jax.viz.parts`; mirrored in ``live/parts.js``.
"""

from collections.abc import Sequence


def names(tokens: Sequence[str]) -> list[str]:
    """Tokens as their bars name them: without the space before them, all different.

    Of two that look the same then, the later gets a dot, and what is nothing but space
    is shown in quotes.

    Example:
      >>> names([" Tom", "Tom", " ", "<end>"])
      ['Tom', '·Tom', '“ ”', '(the end)']
    """
    found: list[str] = []
    for token in tokens:
        name = "(the end)" if token == "<end>" else token.strip() or f"“{token}”"
        while name in found:
            name = f"·{name}"
        found.append(name)
    return found
