"""What the page says of the vectors of GloVe, in words.

Page: ``book/embeddings.md``. What it says of measured tables is in ``findings``.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from sbt_jax.embeddings.bias import permutation_test, random_axes
from sbt_jax.embeddings.pairs import GENDER, GENDERED, HELD_BY, OCCUPATIONS, RELATIONS
from sbt_jax.embeddings.pictures import neighbours_kept, pca
from sbt_jax.embeddings.words import WordVectors
from sbt_jax.numbers import count, decimal, percent

ALL_PAIRS = f"all {len(GENDER)} pairs"
KEPT = (2, 10, 25)  # components of a flat picture
ASKED = 200  # words whose neighbours are looked up in it
TRUE = 10  # of them each
Units = Float[np.ndarray, "vocab width"]


def hubs(vectors: Float[np.ndarray, "vocab width"]) -> Int[np.ndarray, " vocab"]:
    """How often each vector is the one with the largest dot product to another.

    Example:
      >>> hubs(np.array([[1.0, 0.0], [9.0, 9.0], [0.0, 1.0]]))
      array([1, 2, 0])
    """
    best = np.zeros(len(vectors), int)
    for start in range(0, len(vectors), 1000):  # all scores at once take 400 MB
        rows = np.arange(start, min(start + 1000, len(vectors)))
        scores = vectors[rows] @ vectors.T
        scores[rows - start, rows] = -np.inf  # not itself
        best[rows] = scores.argmax(axis=1)
    return np.bincount(best, minlength=len(vectors))


def findings_on_words(words: WordVectors) -> dict[str, str]:
    """Lengths, hubs, how parallel steps are, and what a flat picture keeps."""
    units, table = words.units, np.asarray(words.table)
    total = float((units.sum(axis=0) ** 2).sum())  # of all pairs of words
    pairs = len(units) * (len(units) - 1)
    lengths = np.linalg.norm(table, axis=1)
    by_dot, by_cosine = hubs(table), hubs(units)
    steps = {
        f"alike_{name.replace(' ', '_')}": decimal(_parallel(words, units, of))
        for name, of in RELATIONS.items()
    }
    return {
        "n_shipped": count(len(words.words)),
        "random_shipped": decimal((total - len(units)) / pairs),
        "shortest": decimal(float(lengths.min()), 1),
        "longest": decimal(float(lengths.max()), 1),
        "dot_hubs": count(int((by_dot > 0).sum())),
        "cos_hubs": count(int((by_cosine > 0).sum())),
        "hub": f"“{words.words[by_dot.argmax()]}”",
        "hub_count": str(by_dot.max()),
        "cos_count": str(by_cosine.max()),
        **steps,
        **_kept(units),
    }


def claims_on_words(words: WordVectors) -> dict[str, bool]:
    """What the page says of sums and neighbours in the words that are shipped."""

    def first(a: str, b: str, c: str, *answers: str) -> bool:
        found = words.analogy(a, b, c, len(answers), strike_out=False)
        return [word for word, _ in found] == [*answers]

    def near(word: str, count: int) -> list[str]:
        return [other for other, _ in words.neighbours(word, count)]

    return {
        "king, then queen": first("king", "man", "woman", "king", "queen"),
        "actress needs no help": first("actor", "man", "woman", "actress"),
        "nor does Tokyo": first("paris", "france", "japan", "tokyo"),
        "doctor, then nurse": first("doctor", "man", "woman", "doctor", "nurse"),
        "a king of that name": "ii" in near("king", 4),
        "cheap is near expensive": near("cheap", 1) == ["expensive"],
        "no river near the bank": "river" not in near("bank", 40),
    }


def places_on(
    words: WordVectors, low: Sequence[str], high: Sequence[str], placed: Sequence[str]
) -> Float[np.ndarray, " rows"]:
    """Where words are on the axis from some words to others: cosines.

    Example:
      >>> three = WordVectors(("a", "b", "c"), jnp.array([[1.0, 0], [0, 1], [3, 4]]))
      >>> print(places_on(three, ["a"], ["b"], ["c"]).round(3))
      [0.141]
    """
    units = words.units
    way = (units[_rows(words, high)] - units[_rows(words, low)]).mean(axis=0)
    return units[_rows(words, placed)] @ (way / np.linalg.norm(way))


class Occupations(NamedTuple):
    """Occupations on the axis of gender: those that are shown."""

    names: list[str]  # from *he* to *she*
    women: list[bool]  # whether mostly women work there, or mostly men
    places: dict[str, list[float]]  # of these, on the axis of all pairs or of one
    findings: dict[str, str]
    claims: dict[str, bool]


def place_occupations(words: WordVectors) -> Occupations:
    """Occupations on the axis of gender, and what chance would do."""
    he_words, she_words = zip(*GENDER, strict=True)
    ends = {ALL_PAIRS: (he_words, she_words)}
    ends |= {f"{he}, {she}": ((he,), (she,)) for he, she in GENDER}
    at = {
        name: places_on(words, he, she, OCCUPATIONS) for name, (he, she) in ends.items()
    }
    shown = {*HELD_BY["women"], *HELD_BY["men"]}
    order = [i for i in np.argsort(at[ALL_PAIRS]) if OCCUPATIONS[i] in shown]
    names = [OCCUPATIONS[i] for i in order]
    places = {
        name: [round(float(x), 4) for x in found[order]] for name, found in at.items()
    }
    random = np.asarray(
        random_axes(jax.random.key(0), words.table, len(GENDER), 10_000)
    )
    units = words.units
    spreads = (units[_rows(words, OCCUPATIONS)] @ random.T).std(axis=0)
    spread = at[ALL_PAIRS].std()
    low, high = (
        places_on(words, he_words, she_words, side)
        for side in zip(*GENDERED, strict=True)
    )
    near = [word for word, _ in words.neighbours("secretary", count=3)]
    held, claims = _held(words, units, random, at)
    findings = {
        "n_gendered": count(len(GENDERED)),
        "n_gender": count(len(GENDER)),
        "n_jobs": count(len(OCCUPATIONS)),
        "spread": decimal(float(spread)),
        "spread_random": decimal(float(spreads.mean())),
        "spread_share": percent(float((spreads >= spread).mean())),
        "main_direction": decimal(_along_the_main_direction(units, words), 3),
        "secretary_near": ", ".join(f"“{word}”" for word in near),
    }
    claims |= {
        "secretary is the furthest towards he": names[0] == "secretary",
        "nurse is among the furthest towards she": "nurse" in names[-3:],
        "words with a gender stand the right way round": bool((low < high).all()),
    }
    women = [name in HELD_BY["women"] for name in names]
    return Occupations(names, women, places, findings | held, claims)


def _along_the_main_direction(units: Units, words: WordVectors) -> float:
    """The cosine of our axis with the first principal component of the pairs.

    That is Bolukbasi's axis: each word less the middle of its pair.
    """
    low, high = (units[_rows(words, side)] for side in zip(*GENDER, strict=True))
    step = high - low
    *_, directions = np.linalg.svd(np.concatenate([step, -step]), full_matrices=False)
    mean = step.mean(axis=0)
    return abs(float(directions[0] @ mean)) / float(np.linalg.norm(mean))


def claims_on_axes(
    words: WordVectors, court: Sequence[str], animals: Sequence[str]
) -> dict[str, bool]:
    """What the text takes from the map of a court, and from that of animals."""

    def order(low: str, high: str, placed: Sequence[str]) -> dict[str, float]:
        at = zip(placed, places_on(words, [low], [high], placed).tolist(), strict=True)
        return dict(sorted(at, key=lambda row: row[1]))

    sides = order("man", "woman", court)
    wealth = list(order("poor", "rich", court))
    size = list(order("small", "big", animals))
    return {
        "king, prince and duke left of queen, princess and duchess": (
            max(sides[word] for word in ("king", "prince", "duke"))
            < min(sides[word] for word in ("queen", "princess", "duchess"))
        ),
        "nurse is the poorest": wealth[0] == "nurse",
        "the elephant is smaller than the rat": (
            size.index("elephant") < size.index("rat")
        ),
    }


def _rows(words: WordVectors, which: Sequence[str]) -> list[int]:
    return [words.id(word) for word in which]


def _parallel(
    words: WordVectors, units: Units, pairs: Sequence[tuple[str, str]]
) -> float:
    """The mean cosine of two steps from one word of a pair to the other."""
    low, high = (_rows(words, side) for side in zip(*pairs, strict=True))
    steps = units[high] - units[low]
    steps = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    return float((steps @ steps.T)[~np.eye(len(pairs), dtype=bool)].mean())


def _kept(units: Units) -> dict[str, str]:
    """How many neighbours a flat picture keeps, by its components."""
    asked = np.random.default_rng(0).permutation(len(units))[:ASKED]
    vectors = jnp.asarray(units)
    flat = np.asarray(pca(vectors, max(KEPT))[0])
    # Components that a picture lacks are 0 in it: one shape to compile.
    flats = np.stack([flat * (np.arange(max(KEPT)) < kept) for kept in KEPT])
    kept = jax.vmap(neighbours_kept, (None, 0, None))(vectors, flats, asked)
    hits = np.rint(TRUE * np.asarray(kept)).sum(axis=1)
    shares = zip(KEPT, hits / (TRUE * len(asked)), strict=True)
    return {
        "n_asked": count(len(asked)),
        "kept_chance": percent(TRUE / (len(units) - 1), 1),
        **{f"kept_{n}": percent(float(share), 1) for n, share in shares},
    }


def _held(
    words: WordVectors,
    units: Units,
    random: Float[np.ndarray, "samples width"],
    at: Mapping[str, Float[np.ndarray, " rows"]],
) -> tuple[dict[str, str], dict[str, bool]]:
    """Do occupations held by women stand nearer to *she*, and would they by chance?"""
    number = {word: i for i, word in enumerate(OCCUPATIONS)}
    rows = {who: [number[word] for word in held] for who, held in HELD_BY.items()}
    men, women = (jnp.asarray(at[ALL_PAIRS][rows[who]]) for who in ("men", "women"))
    gap, dealt = permutation_test(jax.random.key(1), men, women)
    side = {
        who: (units[_rows(words, held)] @ random.T).mean(axis=0)
        for who, held in HELD_BY.items()
    }
    apart = np.abs(side["women"] - side["men"])
    by_pair = {
        name: float(place[rows["women"]].mean() - place[rows["men"]].mean())
        for name, place in at.items()
        if name != ALL_PAIRS
    }
    right = sorted(x for x in by_pair.values() if x > 0)
    wrong = {name: x for name, x in by_pair.items() if x <= 0}
    found = {
        "n_held": count(len(HELD_BY["men"])),
        "held_gap": decimal(float(gap)),
        "held_dealt": percent(float(dealt), 1),
        "held_random": percent(float((apart >= float(gap)).mean()), 1),
        "pairs_right": count(len(right)),
        "gap_low": decimal(right[0]),
        "gap_high": decimal(right[-1]),
        "gap_male": decimal(by_pair["male, female"]).replace("-", "−"),
    }
    return found, {
        "women's occupations stand nearer to she": float(gap) > 0,
        "one pair turns it round, and only that one": (
            list(wrong) == ["male, female"] and right[0] > 0.1
        ),
    }
