"""Chapter 9 in the published model: sinks, and a needle by depth and length."""

import functools
from pydoc_data.topics import topics
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from sbt_jax.architecture import Config, Model
from sbt_jax.context import forward_seen, window_mask
from sbt_jax.real import log_probs
from sbt_jax.recipes.real.reading import Reader, ids_of, padded
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.real.texts import START, passages
from sbt_jax.recipes.runner import Run

WHAT = "SmolLM2-135M: windows with and without sinks; a needle by depth and length."
READS = ("model", "corpus")
WINDOWS, SINKS = (32, 64), (0, 1, 4)
BEGIN = 96  # the first place that counts: beyond every window
LENGTHS = (128, 256, 512, 1024, 2048)
DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
NEEDLES = 3
#: Pages of the Python reference, prose, that the needle is hidden in.
HAY = ("execmodel", "import", "objects", "naming", "typesmethods")
PEOPLE = ("Maya Holt", "Leo Reed", "Ida Frost", "Tom Snow", "Nora Cole", "Ella Lane")
CITIES = ("Paris", "London", "Boston", "Rome", "Berlin", "Tokyo")


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    lengths = LENGTHS[: sizes.most]
    needles = NEEDLES if sizes.most is None else 1
    part = [WINDOWS, SINKS, BEGIN, sizes.passage]
    windows = run.remembered("context-windows", part, in_windows, reader, sizes)
    found: dict[str, Any] = {}
    for length in lengths:
        for depth in DEPTHS:
            name = f"context-{length}-{depth:g}"
            of = [length, depth, needles, PEOPLE, CITIES, HAY]
            row = run.remembered(name, of, hidden, reader, length, depth, needles)
            found.setdefault(str(length), {})[f"{depth:g}"] = row
    config = {"layers": 30, "kv_heads": 3, "head": 64, "window": 8192}
    return {
        **windows,
        "lengths": list(lengths),
        "depths": list(DEPTHS),
        "needles": found,
        "config": config,
    }


@functools.partial(jax.jit, static_argnames="config")
def _nats(
    model: Model,
    config: Config,
    tokens: Int[Array, " time"],
    mask: Bool[Array, "time keys"],
) -> Float[Array, " _"]:
    logits = forward_seen(model, config, tokens, mask)[:-1]
    picked = jnp.take_along_axis(logits, tokens[1:, None], -1)[:, 0]
    return jax.nn.logsumexp(logits, -1) - picked


def in_windows(reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """What a token costs in a window that slides, with the first tokens kept or not."""
    this = reader()
    texts = passages(this, sizes.passage)
    begin = min(BEGIN, sizes.passage // 2)

    def cost(window: int, sinks: int) -> float:
        found = []
        for ids in texts.values():
            row = padded(this, ids)
            mask = window_mask(len(row), window, sinks)
            nats = np.asarray(_nats(this.model, this.config, jnp.asarray(row), mask))
            found.append(nats[begin : len(ids) - 1].mean())
        return round(float(np.mean(found)), 4)

    return {
        "begin": begin,
        "texts": list(texts),
        "all": cost(this.config.window, 0),
        "windows": {
            str(window): {str(sinks): cost(window, sinks) for sinks in SINKS}
            for window in WINDOWS
        },
    }


def hidden(reader: Reader, length: int, depth: float, needles: int) -> dict[str, Any]:
    """A fact in so many tokens of prose, and how sure the model is of it at the end."""
    this = reader()
    start = this.tokenizer.special_ids[START]
    hay = ids_of(this, "\n\n".join(topics[name] for name in HAY if name in topics))
    right, shares = 0, []
    for i in range(needles):
        who, city = PEOPLE[i], CITIES[i]
        needle = ids_of(this, f"\n{who} lives in {city}.\n")
        ask = f"\n\nQuestion: Where does {who} live?\nAnswer: {who} lives in"
        asked = ids_of(this, ask)
        room = length - 1 - len(needle) - len(asked)
        straw = hay[400 * i : 400 * i + room]
        at = round(depth * room)
        ids = [start, *straw[:at], *needle, *straw[at:], *asked]
        p = np.exp(log_probs(this.model, this.config, ids)[-1])
        answer = ids_of(this, f" {city}")[0]
        right += int(p.argmax()) == answer
        shares.append(round(float(p[answer]), 4))
    return {"right": right, "of": needles, "p": shares}
