"""A world as tables: what the engines read, in Python and in the browser."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sbt_jax.world.template import Alternative, Op, compile_rules, split

#: The word after a story's last one.
END = "<end>"


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """Rules, things and sets: all that there is to know about a world.

    Args:
      things: Attributes by id; ``text`` is how it is said.
      sets: What rules pick from: ids and weights.
      rules: Alternatives by name; see :mod:`sbt_jax.world.template`. Stories
        start with the rule ``story``.

    Raises:
      ValueError: If a rule goes nowhere, or picks from no set.

    Example:
      >>> coin = [(1, "", "~Heads."), (2, "", "~Tails.")]
      >>> World({}, {}, {"story": coin}).spec()["rules"]["story"][1]
      [2, [], [['word', 'Tails'], ['word', '.']]]
    """

    things: Mapping[str, Mapping[str, str]]
    sets: Mapping[str, Sequence[tuple[str, int | float]]]
    rules: Mapping[str, Sequence[Alternative]]

    def __post_init__(self) -> None:
        if "story" not in self.rules:
            raise ValueError(f"rules must hold 'story', got {sorted(self.rules)}")
        for name, alternatives in self.compiled.items():
            for _, _, ops in alternatives:
                for op in ops:
                    from_set = op[0] == "pick" and isinstance(op[2], str)
                    if from_set and not self.sets.get(op[2]):
                        raise ValueError(f"rule {name} picks from {op[2]!r}")

    def __repr__(self) -> str:  # the tables would fill pages
        return f"<World {self.digest[:8]}>"

    @cached_property
    def compiled(self) -> dict[str, list[list[Any]]]:
        """The rules as operations."""
        return compile_rules(self.rules)

    @cached_property
    def blocks(self) -> list[list[Op]]:
        """Every list of operations, so that a number can stand for one."""
        return [ops for rule in self.compiled.values() for _, _, ops in rule]

    def say(self, value: str) -> tuple[str, ...]:
        """The words of a value, the first without a space before it."""
        known = self._said.get(value)
        if known is None:
            text = self.things.get(value, {}).get("text", value)
            known = self._said[value] = tuple(split(text))
        return known

    @cached_property
    def _said(self) -> dict[str, tuple[str, ...]]:
        return {}

    def spec(self) -> dict[str, Any]:
        """All of it as JSON's own types, for the browser and for the digest."""
        return {
            "things": {name: dict(of) for name, of in self.things.items()},
            "sets": {name: [list(e) for e in of] for name, of in self.sets.items()},
            "rules": self.compiled,
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the tables."""
        text = json.dumps(self.spec(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
