"""What Python and the browser both say: figures of *generation*."""

import numpy as np

from contracts.mirrors.common import CHANCES, each, same
from contracts.small import generation as small
from sbt_jax.generation import Sampling
from sbt_jax.viz.generation import desk, side


def effect(truth, sampling):
    raw, kept = np.asarray(small.LOGITS), small.kept(sampling)
    found = desk.effect(raw, kept, truth)._asdict()
    if truth is None:
        found = {key: found[key] for key in ("kept", "cut", "distance")}
    before, after = desk.softmax(raw), desk.softmax(kept)
    return (before, after, kept > -np.inf, truth), found


def desk_rows(truth):
    raw, kept = np.asarray(small.LOGITS), small.kept(small.HALF)
    before, after = desk.softmax(raw), desk.softmax(kept)
    more = (desk.SHOWN, desk.REST)
    ours = desk.rows(small.TOKENS, raw, kept, truth)
    return (small.TOKENS, before, after, truth, *more), ours


BARS = desk_rows(small.NEXT)[1]
UNMARKED = {key: BARS[key] for key in ("token", "before", "after")}

ROWS = {
    "generation/desk.effect": lambda: [
        effect(truth, sampling)
        for truth in (small.NEXT, None)
        for sampling in (Sampling(), small.HALF, Sampling(temperature=0.0))
    ],
    "generation/desk.percent": lambda: each(desk.percent, *CHANCES),
    "generation/desk.deskLine": lambda: same(
        desk.desk_line,
        (desk.Effect(7, 0.125, 0.25, 0.0626, 0.0001, 0.5), 1024, None),
        (desk.Effect(1024, 0.0), 1024, None),
        (desk.Effect(1, 0.5), 1024, "No story of the world has “x” there."),
    ),
    "generation/desk.rows": lambda: [desk_rows(small.NEXT), desk_rows(None)],
    "generation/desk.marks": lambda: each(desk.marks, BARS, UNMARKED),
    "generation/desk.farthest": lambda: each(desk.farthest, BARS, UNMARKED),
    "generation/side.sideLine": lambda: same(
        side.side_line, (1, []), (12, ["vLLM"]), (2, ["llama.cpp", "too hot"])
    ),
    "generation/side.wayHtml": lambda: same(
        side.way_html,
        ("vLLM", "temperature 1", " <b>Tom</b>", ""),
        ("“a” & 'b'", "top-k 2", "", ' off, "too"'),
        ("c", "d", " 🦊 a", " b"),
    ),
}

CODES = {
    "generation/desk.rows": """(m, tokens, ...rest) =>
      m.rows((id) => tokens[id], ...rest)""",
}
