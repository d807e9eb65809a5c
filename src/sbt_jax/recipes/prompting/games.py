"""Prompting: a small model of the shell game, and what it says when asked in ways.

Run by :mod:`sbt_jax.recipes.prompting`.
"""

import dataclasses
import functools
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import architecture, checkpoints, generation, prompting, training
from sbt_jax.architecture import Config, Model, init_model
from sbt_jax.generation import Sampling
from sbt_jax.prompting import CUPS, PHRASES, WORDS, Game
from sbt_jax.training import Batch, Settings

CONFIG = Config(len(WORDS), width=64, layers=2, heads=4, mlp=128, window=256)
SHARES = {"at once": 0.3, "in steps": 0.5, "dots": 0.2}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (1, 2)
    steps: int = 3000
    rate: float = 4e-3
    rows: int = 16
    length: int = 128
    most: int = 10  # swaps of a game
    games: int = 3  # of a text
    marks: tuple[int, ...] = tuple(range(0, 3000, 250))
    watched: int = 32  # games for each number on the way
    tested: tuple[int, ...] = tuple(range(1, 11))
    asked: int = 200  # games of each number of swaps
    voted: tuple[int, ...] = (2, 3, 5, 8)
    votes: tuple[int, ...] = (1, 5, 11, 21, 41)
    freely: int = 5  # swaps of the games that are answered freely


def text(rng: random.Random, sizes: Sizes) -> tuple[list[int], list[int]]:
    """Games and answers, all of one way, as ids; and which of these are learned."""
    way = rng.choices(list(SHARES), list(SHARES.values()))[0]
    start = PHRASES[way] if rng.random() < 0.5 else ""
    ids, _ = prompting.read_shell(start)
    learned = [0] * len(ids)
    for _ in range(rng.randint(1, sizes.games)):
        game = prompting.draw_game(rng, rng.randint(1, sizes.most))
        asked = prompting.read_shell(prompting.question(game) + " A:")[0][1:]
        said = prompting.read_shell(prompting.answered(game, way))[0][2:]
        if len(ids) + len(asked) + len(said) >= sizes.length:
            break
        ids += [*asked, *said]
        learned += [0] * len(asked) + [1] * len(said)
    return [*ids, 0], [*learned, 0]


def lessons(sizes: Sizes, seed: int) -> functools.partial[Batch]:
    """The batch of each step."""
    rng = random.Random(f"shell {seed}")
    texts: list[tuple[list[int], list[int]]] = []
    room = sizes.steps * sizes.rows * sizes.length
    while room > 0:
        texts.append(text(rng, sizes))
        room -= len(texts[-1][0])
    rows, learned = (
        training.pack([one[which] for one in texts], sizes.length) for which in (0, 1)
    )
    return functools.partial(_batch, rows, learned.tokens, sizes.rows)


def _batch(rows: training.Rows, learned: np.ndarray, many: int, step: int) -> Batch:
    at = (step * many + np.arange(many)) % len(rows.tokens)
    return Batch(rows.tokens[at], learned[at] > 0, rows.segments[at])


def _loss(model: Model, batch: Batch) -> Float[Array, ""]:
    return training.batch_loss(model, CONFIG, batch)


_likeliest = jax.jit(lambda m, x: architecture.forward(m, CONFIG, x).argmax(-1))


def games(count: int, swaps: int, seed: int) -> list[Game]:
    """Games to ask about."""
    rng = random.Random(f"asked {seed} {swaps}")
    return [prompting.draw_game(rng, swaps) for _ in range(count)]


def right(model: Model, asked: Sequence[Game], way: str) -> float:
    """How often the likeliest answer is right all the way, asked by a phrase."""
    rows, places = np.zeros((len(asked), 128), np.int32), []
    for row, game in zip(rows, asked, strict=True):
        start = prompting.shell_prompt(game, way, phrase=True)
        ids = prompting.read_shell(start)[0]
        whole = ids + prompting.read_shell(prompting.answered(game, way))[0][2:]
        row[: len(whole)] = whole
        places.append((len(ids), len(whole)))
    said = np.asarray(_likeliest(model, rows))
    told = zip(rows, said, places, strict=True)
    return float(np.mean([(s[a - 1 : b - 1] == r[a:b]).all() for r, s, (a, b) in told]))


def train(work: Path, sizes: Sizes, seed: int) -> dict[str, Any]:
    """One model; the weights are left in ``work``."""

    def watch(step: int, model: Model) -> None:
        row = {
            way: [right(model, games(sizes.watched, n, 1), way) for n in (1, 2, 4, 8)]
            for way in PHRASES
        }
        print("shell", seed, step, row, flush=True)

    model, losses = training.fit(
        init_model(jax.random.key(seed), CONFIG),
        _loss,
        lessons(sizes, seed),
        Settings(sizes.steps, sizes.rate, min(50, sizes.steps // 2)),
        snapshot=watch,
        snapshot_at=[*sizes.marks, sizes.steps],
        save=work / f"shell-{seed}.state.npz",
        every=96,
        progress=False,
    )
    checkpoints.save(work / f"shell-{seed}.npz", model, CONFIG)
    return {"loss": round(float(losses[-50:].mean()), 4)}


def _probs(model: Model, texts: Sequence[Sequence[int]]) -> np.ndarray:
    """How likely each token is after each text."""
    rows = np.zeros((len(texts), 128), np.int32)
    for row, ids in zip(rows, texts, strict=True):
        row[: len(ids)] = ids
    last = np.array([len(ids) - 1 for ids in texts])
    return np.asarray(_after(model, rows, last), float)


@jax.jit
def _after(model: Model, rows: Array, last: Array) -> Array:
    logits = architecture.forward(model, CONFIG, rows)
    return jax.nn.softmax(logits[np.arange(len(rows)), last])


def cups(model: Model, asked: Sequence[Game]) -> np.ndarray:
    """How likely each cup is, and anything else, when it is told to just say it."""
    texts = [
        prompting.read_shell(prompting.shell_prompt(g, "at once", phrase=True) + " So")
        for g in asked
    ]
    p = _probs(model, [ids for ids, _ in texts])[:, [WORDS.index(c) for c in CUPS]]
    return np.concatenate([p, np.maximum(1 - p.sum(-1, keepdims=True), 0)], axis=1)


def votes(model: Model, sizes: Sizes, swaps: int) -> dict[str, Any]:
    """What votes make of answers at once: as the formula has it, and as drawn."""
    asked = games(sizes.asked, swaps, 2)
    shares = cups(model, asked)
    shares /= shares.sum(-1, keepdims=True)
    truth = [CUPS.index(prompting.answer(game)) for game in asked]
    rng, expected, drawn = np.random.default_rng(swaps), [], []
    for n in sizes.votes:
        each = [
            prompting.vote_right(p, t, n) for p, t in zip(shares, truth, strict=True)
        ]
        expected.append(each)
        counts = [rng.multinomial(n, p) + rng.random(len(p)) / 2 for p in shares]
        won = [c.argmax() == t for c, t in zip(counts, truth, strict=True)]
        drawn.append(round(float(np.mean(won)), 4))
    first, last = np.array(expected[0]), np.array(expected[-1])
    return {
        "expected": [round(float(np.mean(each)), 4) for each in expected],
        "drawn": drawn,
        "helped": round(float((last > first + 0.005).mean()), 4),
        "hurt": round(float((last < first - 0.005).mean()), 4),
    }


def begins(model: Model, sizes: Sizes) -> dict[str, dict[str, float]]:
    """How answers begin, by what stands before the question."""
    asked, shown = games(sizes.asked, 3, 3), games(sizes.asked, 2, 4)
    kinds: dict[str, dict[str, Any]] = {"nothing": {}}
    for way in PHRASES:
        kinds[f"phrase: {way}"] = {"way": way, "phrase": True}
        kinds[f"example: {way}"] = {"way": way, "examples": True}
    starts = {"at once": "so", "in steps": "1", "dots": "."}
    found = {}
    for name, how in kinds.items():
        texts = []
        for game, one in zip(asked, shown, strict=True):
            few = [one] if how.get("examples") else []
            start = prompting.shell_prompt(
                game, how.get("way", ""), few, how.get("phrase", False)
            )
            texts.append(prompting.read_shell(start)[0])
        p = _probs(model, texts).mean(0)
        found[name] = {w: round(float(p[WORDS.index(t)]), 4) for w, t in starts.items()}
    return found


def told(text: str) -> str:
    """An answer up to its first "So" and cup: what comes then was never learned.

    Example:
      >>> told("1 red. So red.... So blue.")
      '1 red. So red.'
    """
    found = re.match(r".*?So \w+\.", text)
    return found[0] if found else text


def freely(model: Model, sizes: Sizes) -> dict[str, float]:
    """Answers drawn freely, and through a mask that leaves only "So" and a cup."""
    asked = games(sizes.asked, sizes.freely, 6)
    prompts = jnp.array(
        [prompting.read_shell(prompting.shell_prompt(game))[0] for game in asked]
    )
    new = generation.generate(
        jax.random.key(0), model, CONFIG, prompts, 48, Sampling(), stop=0
    )
    said = [told(prompting.spell_shell(row.tolist())) for row in np.asarray(new.tokens)]
    shares = cups_unasked(model, asked)
    truth = [CUPS.index(prompting.answer(game)) for game in asked]
    valid = {f"So {cup}." for cup in CUPS}
    ends = [
        text.endswith(f"So {prompting.answer(game)}.")
        for text, game in zip(said, asked, strict=True)
    ]
    return {
        "valid": round(float(np.mean([text in valid for text in said])), 4),
        "right": round(float(np.mean(ends)), 4),
        "masked_right": round(float(shares[np.arange(len(truth)), truth].mean()), 4),
    }


def cups_unasked(model: Model, asked: Sequence[Game]) -> np.ndarray:
    """What a mask leaves: cups after "So", nothing else, without any phrase."""
    valid = [[*prompting.read_shell(f"So {cup}.")[0][1:], 0] for cup in CUPS]
    so = valid[0][0]
    starts = [prompting.read_shell(prompting.shell_prompt(game))[0] for game in asked]
    p = _probs(model, [[*ids, so] for ids in starts])
    allowed = prompting.may_follow(valid, [so], len(WORDS))
    kept = prompting.masked(np.log(np.maximum(p, 1e-30)), allowed)
    shares = np.exp(kept - kept.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    return shares[:, [WORDS.index(cup) for cup in CUPS]]


def examine(work: Path, sizes: Sizes, seed: int) -> dict[str, Any]:
    """All that is measured of one model, as it is shipped."""
    like = init_model(jax.random.key(0), CONFIG)
    kept = checkpoints.load(work / f"shell-{seed}.npz", like)
    model = jax.tree.map(jnp.asarray, kept)
    return {
        "right": {
            way: [
                round(right(model, games(sizes.asked, n, 5), way), 4)
                for n in sizes.tested
            ]
            for way in PHRASES
        },
        "votes": {str(n): votes(model, sizes, n) for n in sizes.voted},
        "begins": begins(model, sizes),
        "freely": freely(model, sizes),
    }
