"""The machine: what each part writes into the stream.

Public names: :mod:`sbt_jax.viz.architecture`; ``machine.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Select
from jaxtyping import Float

from sbt_jax.architecture import Config
from sbt_jax.numbers import count, percent, spread
from sbt_jax.viz import kit, parts
from sbt_jax.viz.architecture.diagram import (
    BARS,
    bars,
    diagram,
    machine_parts,
    stream_pieces,
)
from sbt_jax.viz.architecture.lens import (
    DATA,
    EXAMPLES,
    token_name,
)

# What of the diagram a twin does not have, and what it has otherwise: its new label.
TOUCHED = {
    "everything": (),
    "no residual": ("stream",),
    "no norm": ("norm",),
    "no MLP": ("mlp",),
    "no attention": ("attention",),
    "no positions": (),
    "one head": (),
}
OTHERWISE = {"no positions": "no positions", "one head": "one head"}  # attention
ROLES = {
    "embedding": "Looks up a vector for each token, which starts the stream. It knows"
    " the token, and nothing of the text around it.",
    "norm": "Scales a copy of the stream to one size, so that what reads it always"
    " reads numbers of about the same size. The stream itself stays as it is.",
    "attention": "The only place where one position hears of another: each head looks"
    " back, mixes what it finds, and all heads add to the stream, side by side.",
    "mlp": "Works on each position alone: a hidden layer of units, each switched on by"
    " what it recognises, that write back what follows from it.",
    "unembedding": "Compares the last vector with the embedding of every token. The"
    " more they agree, the likelier the token comes next.",
}
INK = "#ffffff"  # on a box that is there; on one that is not, grey


def part_text(part: Mapping[str, Any]) -> str:
    """What a part is; mirrored in ``machine.mjs``."""
    own = f"{count(part['parameters'])} parameters, {percent(part['share'], 1)} of all"
    return f"{part['name']}: {ROLES[part['kind']]} Shape: {part['shape']}; {own}."


def part_line(
    part: Mapping[str, Any],
    writes: Sequence[float],
    before: Sequence[float],
    guess: str,
    p: float,
) -> str:
    """What a part did to the text; mirrored in ``machine.mjs``."""
    at = part["write"]
    if part["kind"] == "unembedding":
        return f"It says that after your text comes “{guess}”, with {percent(p, 1)}."
    if at < 0:
        return "It wrote nothing to the stream."
    size = f"{writes[at]:.1f}"
    if at == 0:
        return f"It started the stream with vectors of length {size}, on average."
    share = percent(writes[at] / before[at])
    return (
        f"It wrote vectors of length {size} on average, {share} of the length of the"
        " stream before it."
    )


def twin_line(name: str, gaps: Sequence[float], complete: Sequence[float]) -> str:
    """How a twin without a part did."""
    whole = "The twins are of small, which has 2 blocks: with everything in, it ends"
    whole += f" {spread(complete)} nats a word above the entropy"
    if name == "everything":
        return f"{whole}."
    return f"{whole}; trained with {name}, {spread(gaps)}."


def mean_lengths(
    streams: Float[np.ndarray, "depth time width"],
) -> tuple[list[float], list[float]]:
    """Mean length of each write, and of the stream before it.

    The mark before the text is left out, where there is a text.
    """
    kept = np.asarray(streams, float)[:, min(1, streams.shape[1] - 1) :]
    writes = np.diff(kept, axis=0, prepend=np.zeros_like(kept[:1]))
    before = np.concatenate([np.zeros_like(kept[:1]), kept[:-1]])
    written, there = (
        np.linalg.norm(x, axis=-1).mean(axis=1).round(4).tolist()
        for x in (writes, before)
    )
    return written, there


def the_machine(
    config: Config,
    text: str,
    streams: Float[np.ndarray, "depth time width"],
    guess: tuple[str, float],
    twins: Mapping[str, Sequence[float]],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The model as a diagram to click: what each part is, and what it did just now.

    Args:
      config: The sizes of the model.
      text: The text that is shown first.
      streams: What :func:`sbt_jax.architecture.trace` says of it.
      guess: The likeliest token after it, and its probability.
      twins: Gap to the entropy of *small* without a part, by seed; ``everything``
        is the complete one.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    drawn = machine_parts(config)
    writes, before = mean_lengths(streams)
    guess = (token_name(guess[0]), guess[1])
    box, pick = parts.text_box("Your text", text, EXAMPLES, rows=3)
    names = [part["name"] for part in drawn]
    first = drawn[2]
    chosen = Select(title="Part of the machine", options=names, value=first["name"])
    twin, twin_box = kit.choice("Train small with", list(TOUCHED))
    columns = ("name", "kind", "label", "x", "y", "w", "color")
    boxes = ColumnDataSource(
        {key: [part[key] for part in drawn] for key in columns}
        | {"alpha": [1.0] * len(drawn), "ink": [INK] * len(drawn)}
        | {"edge": [4 * (part is first) for part in drawn]}
    )
    stream = ColumnDataSource(stream_pieces(2 * config.layers + 2))
    written = ColumnDataSource(bars(drawn, writes))
    about = kit.passage(part_text(first))
    told = {k: twin_line(k, v, twins["everything"]) for k, v in twins.items()}
    did = part_line(first, writes, before, *guess)
    line = kit.status(f"{did} {told['everything']}")
    does = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer), drawn, dict(ROLES)]),
        "twins": told,
        "bars": list(BARS),
        "inks": [INK, kit.GREY],
        "touched": {k: list(v) for k, v in TOUCHED.items()},
        "box": box,
        "otherwise": OTHERWISE,
        "chosen": chosen,
        "twin": twin,
        "boxes": boxes,
        "stream": stream,
        "written": written,
        "about": about,
        "line": line,
    }
    update = kit.callback(__file__, figure="machine", **does)
    for model, name in (
        (box, "value"),
        (box, "value_input"),
        (chosen, "value"),
        (twin, "active"),
    ):
        model.js_on_change(name, update)
    boxes.selected.js_on_change(
        "indices", kit.callback(__file__, figure="tap", boxes=boxes, chosen=chosen)
    )
    key = kit.legend(
        {
            "embedding and stream": kit.GREEN,
            "attention": kit.BLUE,
            "MLP": kit.ORANGE,
            "norm": kit.GREY,
        }
    )
    return kit.Embed(
        column(
            kit.beside(
                [pick, box, chosen, twin_box],
                [key, diagram(config, boxes, stream, written), line],
            ),
            about,
            sizing_mode="stretch_width",
        ),
        alt="A diagram of the model: a vertical line for the stream, boxes for norms,"
        " attention and MLPs beside it, and bars for how much each of them wrote.",
        status=line,
        table=[
            ("part", "parameters", "length of what it wrote"),
            *(
                (
                    p["name"],
                    f"{p['parameters']:,}",
                    f"{writes[p['write']]:.1f}" if p["write"] >= 0 else "–",
                )
                for p in drawn
            ),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
