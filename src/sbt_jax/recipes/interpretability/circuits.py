"""Interpretability: where *main* holds who has the thing, in 200 pairs of stories.

Run by :mod:`sbt_jax.recipes.interpretability`.
"""

import dataclasses
import functools
import itertools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import forward, without
from sbt_jax.interpretability import (
    carried,
    direct_attribution,
    patch_all,
    says_with,
    stream_after,
)
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens
from sbt_jax.world.words import ADJECTIVES, DAYS, OBJECTS, PLACES, things

FORM = (
    "On {day} {a} went to the {place}. {b} was there too. {p} had a {adj} {thing}."
    " With a smile {p} gave the {thing} to {q}. With a smile"
)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How many pairs; tests do less."""

    pairs: int = 200


class Pair(NamedTuple):
    """Two stories that differ in who gives to whom, and what follows each."""

    clean: str
    other: str
    right: str
    wrong: str


def pair(a: str, b: str, day: str, place: str, adj: str, thing: str) -> Pair:
    """The first friend gives in one story, the second in the other."""
    told = {"a": a, "b": b, "day": day, "place": place, "adj": adj, "thing": thing}
    return Pair(
        FORM.format(p=a, q=b, **told), FORM.format(p=b, q=a, **told), f" {b}", f" {a}"
    )


def pairs(count: int) -> list[Pair]:
    """Pairs drawn at random; names that may meet."""
    rng = np.random.default_rng(0)
    known = things()
    names = [n for n, of in known.items() if "half" in of]
    meet = [
        (a, b)
        for a, b in itertools.permutations(names, 2)
        if known[a]["half"] != known[b]["half"]
    ]
    adjectives = [k for k in ADJECTIVES if known[k]["a"] == "a"]
    found = []
    for _ in range(count):
        a, b = meet[rng.integers(len(meet))]
        chosen = [
            str(rng.choice(list(some))) for some in (DAYS, PLACES, adjectives, OBJECTS)
        ]
        found.append(pair(a, b, *chosen))
    return found


def ids_of(reader: StoryModel, some: list[Pair]) -> tuple[np.ndarray, ...]:
    """Ids of both stories and of both names; all stories have as many tokens."""
    table = reader.tokenizer
    texts = [[encode_story(table, text) for text in one[:2]] for one in some]
    ends = [[word_tokens(table, word)[0] for word in one[2:]] for one in some]
    stories, last = np.array(texts), np.array(ends)
    return stories[:, 0], stories[:, 1], last[:, 0], last[:, 1]


@functools.partial(jax.jit, static_argnames="config")
def _margins(model: Any, config: Any, clean: Any, right: Any, wrong: Any) -> Any:
    logits = jax.lax.map(lambda t: forward(model, config, t)[-1], clean, batch_size=50)
    rows = jnp.arange(len(clean))
    best = logits.argmax(1) == right
    return (logits[rows, right] - logits[rows, wrong]).mean(), best.mean()


def silenced(
    reader: StoryModel, heads: list[tuple[int, int]], rows: Any
) -> list[float]:
    """The margin of the right name, and how often it is first, without some heads."""
    model = reader.model
    for layer, head in heads:
        model = without(model, layer, "attention", head)
    found = _margins(model, reader.config, *rows)
    return [round(float(x), 4) for x in found]


@functools.partial(jax.jit, static_argnames="config")
def _likeliest(model: Any, config: Any, clean: Any) -> Any:
    return jax.lax.map(lambda t: forward(model, config, t)[-1], clean, batch_size=50)


def said_without(
    reader: StoryModel, heads: list[str], sizes: Sizes
) -> dict[str, float]:
    """What comes first without some heads: the right name, the giver's, or another."""
    clean, _, right, wrong = ids_of(reader, pairs(sizes.pairs))
    model = jax.tree.map(jnp.asarray, reader.model)
    for name in heads:
        layer, head = (int(part) - 1 for part in name.split("."))
        model = without(model, layer, "attention", head)
    said = np.asarray(_likeliest(model, reader.config, clean)).argmax(1)
    known = [n for n, of in things().items() if "half" in of]
    names = {word_tokens(reader.tokenizer, f" {name}")[0] for name in known}
    told = zip(said, right, wrong, strict=True)
    other = [i in names and i not in (a, b) for i, a, b in told]
    return {
        "right": round(float((said == right).mean()), 4),
        "giver": round(float((said == wrong).mean()), 4),
        "another": round(float(np.mean(other)), 4),
    }


GIVER, RECEIVER = 23, 28  # places of the two names in the sentence that gives
TIMES = (0.5, 1.0, 2.0)


@functools.partial(jax.jit, static_argnames="config")
def _pushed(model: Any, config: Any, tokens: Any, vectors: Any) -> Any:
    """What follows each story if a vector is added on its receiver after block 2."""

    def one(given: Any) -> Any:
        ids, vector = given
        added = jnp.zeros((config.layers + 1, len(ids), config.width))
        return says_with(model, config, ids, added.at[2, RECEIVER].set(vector))

    return jax.nn.softmax(jax.lax.map(one, (tokens, vectors), batch_size=50))


@functools.partial(jax.jit, static_argnames="config")
def _received(model: Any, config: Any, tokens: Any) -> Any:
    """The stream on the receiver's name after block 2."""
    one = functools.partial(stream_after, model, config)
    return jax.lax.map(lambda ids: one(ids)[2, RECEIVER], tokens, batch_size=50)


def switched(
    reader: StoryModel, ways: dict[str, np.ndarray], feature: Any, sizes: Sizes
) -> dict[str, Any]:
    """Push the receiver's name against a direction, as far as the feature fires there.

    Args:
      reader: The model.
      ways: Directions of length 1.
      feature: How strongly the feature fires, from streams.
      sizes: How many pairs.

    Returns:
      Of each direction and multiple: what the receiver and the giver get, how often the
      giver is first, and what all other words get.
    """
    clean, _, right, wrong = ids_of(reader, pairs(sizes.pairs))
    fires = feature(np.asarray(_received(*reader[:2], clean)))
    rows = np.arange(len(clean))
    found: dict[str, Any] = {"fires": round(float(fires.mean()), 2)}
    for name, way in ways.items():
        for times in TIMES:
            push = -times * fires[:, None] * way
            p = np.asarray(_pushed(*reader[:2], clean, push.astype(np.float32)))
            to, by = p[rows, right], p[rows, wrong]
            found.setdefault(name, {})[str(times)] = {
                "receiver": round(float(to.mean()), 4),
                "giver": round(float(by.mean()), 4),
                "flipped": round(float((by > to).mean()), 4),
                "others": round(float((1 - to - by).mean()), 4),
            }
    return found


def measure(reader: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """Maps, the estimate beside them, what each part writes, heads taken out."""
    clean, other, right, wrong = ids_of(reader, pairs(sizes.pairs))
    each = jax.jit(patch_all, static_argnames="config")
    exact, estimate, agree = [], [], []
    for row in zip(clean, other, right, wrong, strict=True):
        found = each(reader.model, reader.config, *row)
        maps = [
            np.asarray(carried(found._replace(exact=m)))
            for m in (found.exact, found.estimate)
        ]
        exact.append(maps[0])
        estimate.append(maps[1])
        agree.append(np.corrcoef(maps[0].ravel(), maps[1].ravel())[0, 1])
    config = reader.config
    parts = [
        direct_attribution(reader.model, config, *row)
        for row in zip(clean, right, wrong, strict=True)
    ]
    rows = (clean, right, wrong)
    every = list(itertools.product(range(config.layers), range(config.heads)))
    alone = {f"{i + 1}.{h + 1}": silenced(reader, [(i, h)], rows) for i, h in every}
    writers = np.mean([p.heads for p in parts], axis=0)
    order = sorted(every, key=lambda at: -writers[at])
    together = {
        str(n): [
            [f"{i + 1}.{h + 1}" for i, h in order[:n]],
            silenced(reader, order[:n], rows),
        ]
        for n in (1, 2, 3, 4)
    }
    return {
        "pairs": sizes.pairs,
        "untouched": silenced(reader, [], rows),
        "exact": np.mean(exact, axis=0).round(4).tolist(),
        "estimate": np.mean(estimate, axis=0).round(4).tolist(),
        "agree": [round(float(x), 3) for x in np.quantile(agree, [0.1, 0.5, 0.9])],
        "embedding": round(float(np.mean([p.embedding for p in parts])), 3),
        "heads": writers.round(3).tolist(),
        "mlps": np.mean([p.mlps for p in parts], axis=0).round(3).tolist(),
        "alone": alone,
        "together": together,
    }


START = "On Sunday Mia went to the garden. Tom was there too."
#: Pairs that the page shows: two stories, and the word after each.
SHOWN = {
    "who has it": Pair(
        f"{START} Mia had a red ball. With a smile Mia gave the ball to Tom."
        " With a smile",
        f"{START} Tom had a red ball. With a smile Tom gave the ball to Mia."
        " With a smile",
        " Tom",
        " Mia",
    ),
    "where it lies": Pair(
        f"{START} Mia had a red ball. In secret Mia hid the ball on the table."
        " Later Tom looked on the",
        f"{START} Mia had a red ball. In secret Mia hid the ball on the roof."
        " Later Tom looked on the",
        " table",
        " roof",
    ),
    "what it says": Pair(
        f'{START} Mia had a red ball. Then they saw a white cow. "',
        f'{START} Mia had a red ball. Then they saw a white sheep. "',
        "Moo",
        "Baa",
    ),
}


def maps(reader: StoryModel) -> dict[str, Any]:
    """For each shown pair, how much of the answer each cell carries."""
    each, found = jax.jit(patch_all, static_argnames="config"), {}
    for name, one in SHOWN.items():
        clean, other, right, wrong = (x[0] for x in ids_of(reader, [one]))
        patched = each(reader.model, reader.config, clean, other, right, wrong)
        two = (patched, patched._replace(exact=patched.estimate))
        exact, estimate = (np.asarray(carried(p)).round(4).tolist() for p in two)
        found[name] = {**one._asdict(), "map": exact, "estimate": estimate}
    return found
