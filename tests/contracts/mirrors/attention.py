"""What Python and the browser both say: figures of *attention*."""

import math

import jax.numpy as jnp
import numpy as np

from contracts.mirrors.common import each, same
from contracts.small import attention as small
from sbt_jax.attention import attend_in_steps, forward_induction, heads_on
from sbt_jax.shipped.induction import induction_snapshots
from sbt_jax.viz.attention import birth, steps, words

BIRTHS = ["abcabc", "", "a b<c>d😀e", "A+-0" * 30]
HEADS = [x.tolist() for x in (small.QUERY, small.KEY, small.VALUE)]
GRIDS = attend_in_steps(small.QUERY, small.KEY, small.VALUE)
OPEN = attend_in_steps(small.QUERY, small.KEY, small.VALUE, causal=False)
BAGS = ["", "The", " b", "ag", ".", " A", " b", "ag", " too"]
LOOKED = [0.1, 0.05, 0.15, 0.1, 0.05, 0.05, 0.15, 0.15, 0.2]
SPLIT = [BAGS, [""], ["", " ", "é", "a", "1", "a", "F0 9F", "😀", "x"]]


def attend(scaled, causal):
    rng = np.random.default_rng(1)
    heads = [jnp.asarray(rng.normal(size=(4, 2)), jnp.float32) for _ in range(3)]
    ours = attend_in_steps(*heads, scaled, causal)
    return (*heads, scaled, causal), list(ours)


def of_step(python, step, who, grids, *more):
    return (step, who, small.HEAD, list(grids), *more), python(
        step, who, small.HEAD, grids, *more
    )


def induction(off):
    config, snapshots = induction_snapshots()
    model = snapshots[max(snapshots)]
    ids = birth.symbols("k7QdZm2xk7QdZm2x")[0]
    on = heads_on(config, tuple(divmod(i, config.heads) for i in off))
    logits, looks = forward_induction(model, config, jnp.array(ids), on)
    weights = {n: getattr(model, n) for n in ("embedding", "position", "unembedding")}
    weights |= {
        f"layers.{i}.{name}": getattr(layer, name)
        for i, layer in enumerate(model.layers)
        for name in layer._fields
    }
    flat = {name: np.asarray(w, float).ravel() for name, w in weights.items()}
    sizes = {name: getattr(config, name) for name in ("width", "layers", "heads")}
    seen = [
        [[head[t, : t + 1] for t in range(len(ids))] for head in np.asarray(look)]
        for look in looks
    ]
    return (flat, sizes, ids, off), {"logits": logits, "maps": seen}


ROWS = {
    "attention/birth.symbols": lambda: each(
        birth.symbols, *BIRTHS, more=(birth.ALPHABET, birth.LONGEST)
    ),
    "attention/birth.repeated": lambda: each(
        birth.repeated, [1, 2, 1, 2, 3], *(birth.symbols(t)[0] for t in BIRTHS)
    ),
    "attention/birth.birthLine": lambda: same(
        birth.birth_line, ("300", [0.5, 0.25], [1.0], ["1·2"]), ("0", [], [], [])
    ),
    "attention/birth.forward": lambda: [
        induction(off) for off in ([], [0], [2, 5], [4, 5, 6, 7])
    ],
    "attention/maps.percent": lambda: each(
        words.percent, 0.0, 0.0012, 0.0949, 0.0951, 0.5, 0.125, 1.0
    ),
    "attention/maps.strongest": lambda: each(
        words.strongest, [0.1, 0.4, 0.4, 0.1], [1.0]
    ),
    "attention/maps.lookLine": lambda: same(
        words.look_line,
        ("Layer 1, head 2", small.TEXTS, [0.1, 0.4, 0.4, 0.1], ("hat", 0.75)),
        (
            *("Head 1", BAGS, LOOKED, ("hat", 0.75)),
            ("bag", "this head", "box", 0.5),
        ),
    ),
    "attention/maps.passage": lambda: same(
        words.passage_html,
        (["", "<img src=x>", " had", " it"], [0.25, 0.5, 0.25]),
        (BAGS, LOOKED, [2, 3, 6, 7]),
    ),
    "attention/maps.runs": lambda: each(words.runs, *SPLIT),
    "attention/maps.nameOf": lambda: same(
        words.name_of, (BAGS, [2, 3]), (BAGS, [0]), (["", " "], [1])
    ),
    "attention/maps.mentions": lambda: each(words.mentions, *SPLIT),
    "attention/maps.mostSeen": lambda: same(words.most_seen, (BAGS, LOOKED)),
    "attention/maps.toHide": lambda: same(
        words.to_hide, (BAGS, LOOKED), ([""], [1.0]), (["", "a"], [0.5, 0.5])
    ),
    "attention/maps.headTitle": lambda: same(
        words.head_title,
        (2, BAGS, LOOKED),
        (0, ["", "x" * 12, "é" * 13], [0.2, 0.2, 0.6]),
    ),
    "attention/maps.nextRows": lambda: same(
        words.next_rows, ([0.7, 0.2, 0.1], [0.1, 0.2, 0.7]), ([0.5, 0.5], [0.5, 0.5])
    ),
    "attention/steps.steps": lambda: [
        attend(scaled, causal) for scaled in (True, False) for causal in (True, False)
    ],
    "attention/steps.number": lambda: [
        ((0.0,), "0"),
        ((-0.001,), "0"),
        ((0.8494,), "0.85"),
        ((100.0,), "100"),
        ((-2.5,), "−2.5"),
        *each(steps.number, 0.0, 12.3456, -math.inf),
    ],
    "attention/steps.pair": lambda: each(steps.pair, [2.0, 0.0], [-0.5, 1.254]),
    "attention/steps.stepLine": lambda: [
        of_step(steps.step_line, step, who, grids)
        for step in range(4)
        for who in (0, 3)
        for grids in (GRIDS, OPEN)
    ],
    "attention/steps.stepSvg": lambda: [
        of_step(steps.step_svg, step, who, grids, HEADS)
        for step in range(4)
        for who in (0, 3)
        for grids in (GRIDS, OPEN)
    ],
}

CODES = {
    "attention/birth.forward": """(m, weights, ...rest) => {
      for (const name in weights) weights[name] = Float32Array.from(weights[name])
      return m.forward(weights, ...rest)
    }""",
    "attention/maps.mentions": "(m, texts) => Object.fromEntries(m.mentions(texts))",
}

NEAR = {
    "attention/birth.forward": 1e-3,
    "attention/steps.steps": 1e-5,
}
