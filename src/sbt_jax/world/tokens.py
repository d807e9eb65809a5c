"""The oracle by token: what the next token is, when words are several tokens."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from sbt_jax.world.oracle import Reading

Encode = Callable[[str], Sequence[int]]


class _Place(NamedTuple):
    """A place between words and the tokens read since, of a word not yet whole."""

    weight: float  # probability of the words before
    reading: Reading
    begun: tuple[int, ...]


class TokenReading:
    """What the world knows after some tokens. Immutable.

    A token may end a word or only begin a longer one, so several places in the
    story may fit the same tokens: the sum runs over all of them. Encoding is
    canonical, each word always gives the same tokens, so that the probability of a
    whole story is the same by token and by word.

    Args:
      reading: The reading of the words before the first token.
      encode: The tokens of one word, with the space before it, or of ``<end>``.

    Attributes:
      impossible: The first token that no story has there, or None.

    Example:
      >>> from sbt_jax.world import World, begin
      >>> twins = [(3, "", "~Anna."), (1, "", "~Annabel.")]
      >>> letters = {"Anna": [1], "Annabel": [1, 2], ".": [3], "<end>": [0]}
      >>> reading = TokenReading(begin(World({}, {}, {"story": twins})), letters.get)
      >>> reading.next, reading.read([1]).next
      ({1: 1.0}, {3: 0.75, 2: 0.25})
    """

    def __init__(self, reading: Reading, encode: Encode) -> None:
        self._set((_Place(1.0, reading, ()),), encode, None)

    def _set(
        self, places: tuple[_Place, ...], encode: Encode, impossible: int | None
    ) -> None:
        self.places, self.encode, self.impossible = places, encode, impossible

    @property
    def probability(self) -> float:
        """Of all stories, those that begin with these tokens."""
        return sum(mass for _, _, mass in self._ways) if self.places else 0.0

    @cached_property
    def _ways(self) -> list[tuple[_Place, str, float]]:
        """Each place, each word that fits what has begun, and their probability."""
        found = []
        for place in self.places:
            if place.reading.ended:
                found.append((place, "", place.weight))
            n = len(place.begun)
            for word, after in place.reading.next.items():
                ids = tuple(self.encode(word))
                if len(ids) > n and ids[:n] == place.begun:
                    found.append((place, word, place.weight * after.probability))
        return found

    @cached_property
    def next(self) -> dict[int, float]:
        """Probability of every token that may come, the likeliest first."""
        masses: dict[int, float] = {}
        for place, word, mass in self._ways:
            if word:
                token = self.encode(word)[len(place.begun)]
                masses[token] = masses.get(token, 0.0) + mass
        total = sum(masses.values())
        ordered = sorted(masses.items(), key=lambda item: (-item[1], item[0]))
        return {token: mass / total for token, mass in ordered}

    def read(self, tokens: Iterable[int]) -> "TokenReading":
        """The reading after more tokens; stops at the first impossible one."""
        reading = self
        for token in tokens:
            if reading.impossible is not None:
                break
            reading = reading._after(int(token))
        return reading

    def _after(self, token: int) -> "TokenReading":
        places: dict[tuple[int, tuple[int, ...]], _Place] = {}
        for place, word, mass in self._ways:
            ids = tuple(self.encode(word)) if word else ()
            n = len(place.begun) + 1
            if not word or ids[n - 1] != token:
                continue
            if len(ids) == n:
                new = _Place(mass, place.reading.read([word]), ())
            else:  # the word goes on: its place stays where it was
                new = _Place(place.weight, place.reading, ids[:n])
            places[id(new.reading), new.begun] = new
        after = object.__new__(TokenReading)
        after._set(tuple(places.values()), self.encode, None if places else token)
        return after
