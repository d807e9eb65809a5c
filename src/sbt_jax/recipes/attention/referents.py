"""What does *it* mean? Where the main model looks, and what it says when it may not.

In some stories somebody tries to put a thing into a box, "but it was too big": the
thing was. "Too small", and the box was. The next sentence asks for a smaller or bigger
one, and the model has to say of which.
"""

import re
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import architecture, world
from sbt_jax.attention import rank_correlation
from sbt_jax.shipped.cuts import cut_looks
from sbt_jax.shipped.stories import (
    StoryModel,
    encode_story,
    story_tokenizer,
    word_tokens,
)
from sbt_jax.world.words import sets

FIT = re.compile(
    r"tried to put the (?:[a-z]+ )??([a-z]+) into the ([a-z]+), but it was too"
    r" (big|small)\. \"We need a (?:smaller|bigger)"
)
SIZES = ("big", "small")  # what the thing was, what the box was
WINDOW = 192


class Case(NamedTuple):
    """A story up to the word before the answer."""

    text: str
    ids: list[int]
    size: str
    answer: tuple[int, int]  # first tokens of the right noun and of the other one
    right: list[int]  # where the right noun stands: all tokens of all mentions
    other: list[int]
    it: int  # where "it" stands


def case_of(text: str, window: int = WINDOW) -> Case | None:
    """The case in a story, if there is one that fits the window."""
    found = FIT.search(text)
    if not found:
        return None
    tokenizer, told = story_tokenizer(), text[: found.end()]
    ids, where = encode_story(tokenizer, ""), []
    words = world.split(told)
    for word in words:
        where.append(len(ids))
        ids += word_tokens(tokenizer, word)
    nouns = [f" {found[1]}", f" {found[2]}"]
    spelt = [word_tokens(tokenizer, noun) for noun in nouns]
    if len(ids) > window or spelt[0][0] == spelt[1][0]:
        return None
    stands = list(zip(words, where, strict=True))
    places = [
        [p + i for word, p in stands if word == noun for i in range(len(pieces))]
        for noun, pieces in zip(nouns, spelt, strict=True)
    ]
    size = found[3]
    right = SIZES.index(size)
    it = [p for word, p in stands if word == " it"][-1]
    tokens = spelt[right][0], spelt[1 - right][0]
    return Case(told, ids, size, tokens, places[right], places[1 - right], it)


def cases(count: int, seed: int = world.HELD_OUT_SEED) -> list[Case]:
    """The first cases among the held-out stories."""
    found: list[Case] = []
    start = 0
    while len(found) < count:
        block = world.stories(1000, seed, start)
        found += [c for c in (case_of(s.text) for s in block) if c]
        start += 1000
    return found[:count]


_trace = jax.jit(architecture.trace, static_argnames="config")


def looks(reader: StoryModel, case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Attention of every head, and the probabilities after the text."""
    ids = np.zeros(WINDOW, np.int32)
    ids[: len(case.ids)] = case.ids
    seen = _trace(reader.model, reader.config, jnp.asarray(ids))
    time = len(case.ids)
    p = jax.nn.softmax(seen.logits[time - 1])
    return np.asarray(seen.attention[:, :, :time, :time]), np.asarray(p)


def where_they_look(reader: StoryModel, asked: list[Case]) -> dict[str, Any]:
    """Means over the cases, for each layer and head, by what was the right answer."""
    kinds: dict[str, dict[str, list[Any]]] = {
        size: {name: [] for name in ("right", "other", "thing", "box", "p", "first")}
        for size in SIZES
    }
    flat, starts = [], []
    for case in asked:
        attention, p = looks(reader, case)
        last = attention[:, :, -1]
        into = kinds[case.size]
        into["right"].append(last[..., case.right].sum(-1))
        into["other"].append(last[..., case.other].sum(-1))
        nouns = (case.right, case.other)[:: 1 if case.size == "big" else -1]
        for name, places in zip(("thing", "box"), nouns, strict=True):
            told = [q for q in places if q < case.it]
            into[name].append(attention[:, :, case.it][..., told].sum(-1))
        into["p"].append(p[case.answer[0]])
        into["first"].append(p.argmax() == case.answer[0])
        surprise = -(last * np.log(np.maximum(last, 1e-30))).sum(-1)
        flat.append(surprise / np.log(last.shape[-1]))
        starts.append(last[..., 0])
    by_size = {
        size: {
            "cases": len(kind["p"]),
            "right": _short(np.mean(kind["right"], axis=0)),
            "other": _short(np.mean(kind["other"], axis=0)),
            "from_it": {
                name: _short(np.mean(kind[name], axis=0)) for name in ("thing", "box")
            },
            "answered": _short(np.mean(kind["first"])),
            "p": _short(np.mean(kind["p"])),
        }
        for size, kind in kinds.items()
    }
    return by_size | {
        "evenness": _short(np.mean(flat, axis=0)),
        "first_token": _short(np.mean(starts, axis=0)),
    }


def first_tokens(size: str) -> list[int]:
    """First tokens of all nouns that could be right: of things, or of boxes."""
    tokenizer = story_tokenizer()
    nouns = dict(sets()["objects" if size == "big" else "boxes"])
    return sorted({word_tokens(tokenizer, f" {noun}")[0] for noun in nouns})


def as_much_elsewhere(
    last: np.ndarray, right: list[int]
) -> tuple[np.ndarray, tuple[float, float]]:
    """The strongest looks elsewhere, until as much weight is cut as on ``right``.

    Args:
      last: Weights of the last position, by layer, head and key.
      right: Where the right noun stands.

    Returns:
      What to cut; and the weight on the right noun and on what is cut, of all heads.
    """
    goal = float(last[..., right].sum())
    rest = last.copy()
    rest[..., [*right, -1]] = 0.0  # no position may be hidden from itself
    order = np.argsort(-rest, axis=None, kind="stable")
    gone = np.cumsum(rest.ravel()[order])
    count = min(int(np.searchsorted(gone, goal)) + 1, last.size)
    cut = np.zeros(last.size, bool)
    cut[order[:count]] = True
    return cut.reshape(last.shape), (goal, float(gone[count - 1]))


CUTS = (
    "nothing",
    "right, best heads",
    "right, every head",
    "other, every head",
    "as much elsewhere",
)


def cut_nouns(
    reader: StoryModel, asked: list[Case], heads: dict[str, list[list[int]]]
) -> dict[str, Any]:
    """What becomes of the answer when the last position may not look at a noun.

    Args:
      reader: The model.
      asked: The cases.
      heads: For each size, the layers and heads that look at the right noun most.

    Returns:
      By size and by what is cut: the mean probabilities of the right and of the other
      noun, how often the right one is still the likeliest of all tokens, the mean
      probability of all nouns of its kind, and how often one of them is the likeliest.
      ``weight``: how much is cut on average over the cases, of the right noun and
      elsewhere. ``nouns``: how many first tokens the nouns of the kind have.
    """
    config = reader.config
    kept: dict[str, dict[str, list[Any]]] = {
        size: {n: [] for n in (*CUTS, "weight")} for size in SIZES
    }
    kinds = {size: first_tokens(size) for size in SIZES}
    for case in asked:
        cuts = np.zeros((len(CUTS), config.layers, config.heads, len(case.ids)), bool)
        for layer, head in heads[case.size]:
            cuts[1, layer, head, case.right] = True
        cuts[2][..., case.right] = True
        cuts[3][..., case.other] = True
        last = looks(reader, case)[0][:, :, -1]
        cuts[4], weight = as_much_elsewhere(last, case.right)
        kept[case.size]["weight"].append(weight)
        p = _softmax(cut_looks(reader, case.ids, cuts))
        kind = kinds[case.size]
        for name, row in zip(CUTS, p, strict=True):
            top = row.argmax()
            told = [*row[list(case.answer)], top == case.answer[0]]
            kept[case.size][name].append([*told, row[kind].sum(), top in kind])
    return {
        size: {name: _short(np.mean(rows, axis=0)) for name, rows in found.items()}
        | {"nouns": len(kinds[size])}
        for size, found in kept.items()
    }


def single_cuts(reader: StoryModel, asked: list[Case]) -> dict[str, Any]:
    """Attention weight against the effect of cutting each single look.

    The effect is the change of the log-odds of the right noun against all else.
    """
    config = reader.config
    every, layers = [], []
    for case in asked:
        attention, _ = looks(reader, case)
        last = attention[:, :, -1, :-1]
        edges = np.argwhere(np.ones(last.shape, bool))
        cuts = np.zeros((len(edges) + 1, config.layers, config.heads, len(case.ids)))
        cuts = cuts.astype(bool)
        cuts[np.arange(len(edges)), edges[:, 0], edges[:, 1], edges[:, 2]] = True
        logits = cut_looks(reader, case.ids, cuts).astype(float)
        right = logits[:, case.answer[0]].copy()
        logits[:, case.answer[0]] = -np.inf
        odds = right - np.logaddexp.reduce(logits, axis=1)
        effect = np.abs(odds[:-1] - odds[-1])
        weight = last[tuple(edges.T)]
        every.append(rank_correlation(weight, effect))
        layers.append(
            [
                rank_correlation(weight[at], effect[at])
                for at in (edges[:, 0] == layer for layer in range(config.layers))
            ]
        )
    return {
        "stories": len(asked),
        "correlation": _short([np.mean(every), np.std(every), min(every), max(every)]),
        "by_layer": _short(np.transpose([np.mean(layers, 0), np.std(layers, 0)])),
    }


def _softmax(logits: np.ndarray) -> np.ndarray:
    return np.asarray(jax.nn.softmax(logits))


def _short(values: Any) -> Any:
    """Four digits after the point, as plain numbers."""
    return np.round(np.asarray(values, float), 4).tolist()
