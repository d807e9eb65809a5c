"""What pages say of results: many numbers glued at once, each under a name.

The sentences' numbers are made by a function of the package that is tested; the page
calls it and tells what it found. What its sentences claim beside the numbers is checked
on every build.
"""

from collections.abc import Mapping


def tell(findings: Mapping[str, object]) -> None:
    """Glue every finding, so that the text can say ``{glue:text}`name```.

    In a notebook, whose text has the numbers already, nothing happens.

    Args:
      findings: Texts by the names that the page's sentences use.

    Raises:
      TypeError: If one is not a text: how a number is said is decided before.

    Example:
      >>> tell({"right": "98 %"})
      >>> tell({"right": 0.98})
      Traceback (most recent call last):
      TypeError: findings['right'] must be a text, got 0.98
    """
    for name, text in findings.items():
        if not isinstance(text, str):
            raise TypeError(f"findings[{name!r}] must be a text, got {text!r}")
    try:
        from myst_nb import glue  # of the group `book`: readers need not have it
    except ImportError:
        return
    for name, text in findings.items():
        glue(name, text, display=False)


def require(claims: Mapping[str, object]) -> None:
    """Stop the page if a sentence is no longer true.

    Args:
      claims: Whether each sentence holds, by the words that it is known by.

    Raises:
      AssertionError: If one does not; it names every such sentence.

    Example:
      >>> require({"main is nearer than small": True})
      >>> require({"main is nearer than small": True, "cold is safer": False})
      Traceback (most recent call last):
      AssertionError: no longer true: cold is safer
    """
    wrong = [name for name, holds in claims.items() if not holds]
    if wrong:
        raise AssertionError(f"no longer true: {'; '.join(wrong)}")
