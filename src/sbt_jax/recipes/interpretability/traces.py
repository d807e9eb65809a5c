"""Interpretability: graphs of a few next words, and what each node's removal does.

Run by :mod:`sbt_jax.recipes.interpretability.further`.
"""

import dataclasses
import functools
from itertools import islice
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import logit_lens
from sbt_jax.interpretability import (
    KINDS,
    Graph,
    attribution_graph,
    frozen_run,
    influence,
    says_looking,
    says_with,
)
from sbt_jax.recipes.interpretability import stand_ins, streams
from sbt_jax.recipes.interpretability.circuits import SHOWN, START, Pair, pairs
from sbt_jax.shipped.features import token_names
from sbt_jax.shipped.stories import encode_story, story_model, word_tokens
from sbt_jax.world import HELD_OUT_SEED

#: Texts, the word that follows, and one that could.
TRACED = {
    **{name: SHOWN[name] for name in ("who has it", "where it lies", "what it says")},
    "how much it is": Pair(
        f'{START} Mia had a red ball. "How much is two and three?" asked Mia. "',
        "",
        "Five",
        "Six",
    ),
}
GOAL = -1  # the answer, as the end of an edge


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is traced; tests do less."""

    nodes: int = 18  # of each graph that are shown
    edges: int = 32
    stories: int = 120  # held-out ones that examples come from
    pairs: int = 8  # stories of the circuit whose graphs are checked
    traced: tuple[str, ...] = tuple(TRACED)


@functools.lru_cache(maxsize=1)
def held(stories: int) -> streams.Everything:
    """What features fire on, in stories that no step saw."""
    told = list(islice(streams.texts(HELD_OUT_SEED, stand_ins.START), stories))
    return streams.read_everything(streams.reader_of("main"), told)


@functools.partial(jax.jit, static_argnames="config")
def _leads(
    model: Any, config: Any, tokens: Any, right: Any, wrong: Any, cut: Any
) -> Any:
    """The lead without each node: of main, and of main that looks where it looked."""
    frozen = frozen_run(model, config, tokens)

    def one(node: Any) -> Any:
        depth, place, vector = node
        added = jnp.zeros_like(frozen.written).at[depth, place].set(-vector)
        free = says_with(model, config, tokens, added)
        held = says_looking(model, config, frozen, added)
        return jnp.stack([x[right] - x[wrong] for x in (free, held)])

    return jnp.moveaxis(jax.lax.map(one, cut, batch_size=8), 1, 0)


@dataclasses.dataclass(frozen=True)
class Traced:
    """A graph, which of its nodes are shown, and what their removal does."""

    graph: Graph
    kept: np.ndarray
    lead: float
    real: np.ndarray
    looking: np.ndarray


def trace(one: Pair, many: Any, sizes: Sizes, of: stand_ins.Sizes) -> Traced:
    """The graph of one text, its strongest nodes, and main without each of them."""
    reader = story_model("main")
    tokens = np.array(encode_story(reader.tokenizer, one.clean))
    right, wrong = (
        word_tokens(reader.tokenizer, word)[0] for word in (one.right, one.wrong)
    )
    config = stand_ins.config_of(of)
    found = attribution_graph(*reader[:2], many, config, tokens, right, wrong)
    graph = jax.tree.map(np.asarray, found)
    matters = np.array(influence(found))
    matters[graph.kind == KINDS.index("constant")] = 0
    errors = np.flatnonzero(graph.kind == KINDS.index("error"))
    kept = np.argsort(-matters, kind="stable")[: sizes.nodes]
    if not np.isin(kept, errors).any():  # one of them is always shown
        kept[-1] = errors[matters[errors].argmax()]
    cut = tuple(x[kept] for x in (graph.depth, graph.place, graph.vector))
    nothing = tuple(np.zeros_like(x[:1]) for x in cut)
    cut = tuple(np.concatenate(pair) for pair in zip(nothing, cut, strict=True))
    both = np.asarray(_leads(*reader[:2], tokens, right, wrong, cut))
    change = both[:, 1:] - both[:, :1]
    return Traced(graph, kept, float(both[0, 0]), *change)


def edges_of(traced: Traced, sizes: Sizes) -> list[list[Any]]:
    """The strongest edges among what is shown: from, to, and what is added there.

    Of a feature it is a share of its strength, of the answer nats.
    """
    graph, kept = traced.graph, traced.kept
    matters = np.asarray(influence(graph))
    found = []
    for to, node in enumerate(kept):
        if graph.kind[node] != KINDS.index("feature"):
            continue
        row = graph.edges[node]
        share = row / max(float(graph.strength[node]), 1e-9)
        weight = np.abs(row) / np.abs(row).sum() * matters[node]
        found += [
            (weight[source], origin, to, share[source])
            for origin, source in enumerate(kept)
            if weight[source] > 0
        ]
    whole = np.abs(graph.direct).sum()
    found += [
        (abs(graph.direct[node]) / whole, origin, GOAL, graph.direct[node])
        for origin, node in enumerate(kept)
    ]
    found.sort(key=lambda edge: -edge[0])
    return [
        [origin, to, round(float(adds), 3)]
        for _, origin, to, adds in found[: sizes.edges]
    ]


BEFORE, STRONG = 4, 2


def labels(features: set[tuple[int, int]], many: Any, sizes: Sizes, of: Any) -> Any:
    """Of features: words that they promote, and texts where they fire most strongly."""
    reader, read = story_model("main"), held(sizes.stories)
    table, names = reader.tokenizer.token_bytes, token_names(reader)

    def shown(at: int) -> str:
        first = at - min(BEFORE, int(read.place[at]) - 1)
        return b"".join(table[i] for i in read.tokens[first : at + 1]).decode().strip()

    found = {}
    for block in sorted({layer for layer, _ in features}):
        one = many[block - 1]
        fired = stand_ins.fired(one, stand_ins.config_of(of), read.reads[block - 1])
        says = np.asarray(jax.jit(logit_lens)(reader.model, one.decode))
        for number in sorted(n for layer, n in features if layer == block):
            column = fired[:, number]
            order = np.argsort(-column, kind="stable")[:400]
            order = order[column[order] > 0]
            _, first = np.unique(read.story[order], return_index=True)
            words, counts = np.unique(read.tokens[order], return_counts=True)
            most = np.argsort(-counts, kind="stable")[:3]
            best = np.argsort(-says[number], kind="stable")[:3]
            found[f"{block}.{number}"] = {
                "often": round(float((column > 0).mean()), 4),
                "on": [names[words[i]].strip() for i in most],
                "share": round(float(counts[most].sum() / max(1, len(order))), 3),
                "says": [names[i].strip() or "␣" for i in best],
                "strong": [shown(at) for at in order[np.sort(first)[:STRONG]]],
            }
    return found


def told(traced: Traced, one: Pair, sizes: Sizes) -> dict[str, Any]:
    """One graph as plain values."""
    reader, graph, kept = story_model("main"), traced.graph, traced.kept
    ids = encode_story(reader.tokenizer, one.clean)
    names = token_names(reader)
    matters = np.asarray(influence(graph))
    by_kind = {
        kind: round(float(np.abs(graph.direct[graph.kind == i]).sum()), 3)
        for i, kind in enumerate(KINDS)
    }
    shown = matters[kept].sum() / matters.sum()
    rows = zip(kept, traced.real, traced.looking, strict=True)
    return {
        "right": one.right,
        "wrong": one.wrong,
        "texts": [names[i] for i in ids],
        "lead": round(traced.lead, 3),
        "graph": round(float(graph.direct.sum()), 3),
        "direct": by_kind,
        "shown": round(float(shown), 3),
        "nodes": [
            {
                "kind": KINDS[graph.kind[node]],
                "block": int(graph.depth[node]),
                "place": int(graph.place[node]),
                "number": int(graph.number[node]),
                "strength": round(float(graph.strength[node]), 2),
                "matters": round(float(matters[node]), 3),
                "guess": round(float(-graph.total[node]), 3),
                "looking": round(float(looking), 3),
                "real": round(float(real), 3),
            }
            for node, real, looking in rows
        ],
        "edges": edges_of(traced, sizes),
    }


def agreement(guess: np.ndarray, real: np.ndarray) -> dict[str, float]:
    """How well changes were guessed; of one alone nothing is known."""
    if len(guess) < 2:
        return {"correlation": 0.0, "slope": 0.0, "same_sign": 0.0}
    best = float(guess @ real / max(float(guess @ guess), 1e-9))
    return {
        "correlation": round(float(np.corrcoef(guess, real)[0, 1]), 3),
        "slope": round(best, 3),
        "same_sign": round(float((np.sign(guess) == np.sign(real)).mean()), 3),
    }


def measure(work: Path, seed: int, sizes: Sizes, of: stand_ins.Sizes) -> dict[str, Any]:
    """All graphs, labels of their features, and how far they can be trusted."""
    many = stand_ins.load(work, seed, of)
    graphs = {name: trace(TRACED[name], many, sizes, of) for name in sizes.traced}
    shown = {name: told(one, TRACED[name], sizes) for name, one in graphs.items()}
    features = {
        (node["block"], node["number"])
        for graph in shown.values()
        for node in graph["nodes"]
        if node["kind"] == "feature"
    }
    checked = [trace(one, many, sizes, of) for one in pairs(sizes.pairs)]
    feature = KINDS.index("feature")
    kinds = np.concatenate([one.graph.kind[one.kept] for one in checked])
    columns: list[list[np.ndarray]] = [[], [], []]
    for one in checked:
        changes = (-one.graph.total[one.kept], one.looking, one.real)
        parts = map(np.asarray, changes)
        for column, part in zip(columns, parts, strict=True):
            column.append(part)
    guess, looking, real = map(np.concatenate, columns)
    which = {"all": kinds >= 0, "features": kinds == feature}
    return {
        "graphs": shown,
        "features": labels(features, many, sizes, of),
        "checked": {
            name: {
                "pairs": sizes.pairs,
                "nodes": int(mask.sum()),
                "looking": agreement(guess[mask], looking[mask]),
                "real": agreement(guess[mask], real[mask]),
            }
            for name, mask in which.items()
        },
    }
