"""Chapter 5 in the published model: the lens through 30 blocks, and blocks left out."""

from typing import Any

import numpy as np

from sbt_jax.architecture import parameter_count, without
from sbt_jax.recipes.real.reading import (
    Reader,
    ids_of,
    lens,
    on_the_way,
    surprises,
    token,
)
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.real.texts import passages
from sbt_jax.recipes.runner import Run

WHAT = "SmolLM2-135M: the logit lens by depth, each block left out, its parameters."
READS = ("model", "corpus")
#: What is asked, and the word that people expect.
PROMPTS = (
    ("The capital of France is", " Paris"),
    ("The capital of Italy is", " Rome"),
    ("The Eiffel Tower is in the city of", " Paris"),
    ("The opposite of hot is", " cold"),
    ("One, two, three, four,", " five"),
    ("A young cat is called a", " kitten"),
    ("Water freezes at zero degrees", " Celsius"),
    ("She opened her umbrella because of the", " rain"),
)
PARTS = ("attention", "mlp", "block")


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    length = sizes.passage

    def loss(part: str | None, layer: int) -> Any:
        name = f"architecture-loss-{part or 'whole'}-{layer}"
        return run.remembered(name, length, losses, reader, sizes, part, layer)

    counts = run.remembered("architecture-parameters", [], parameters, reader)
    layers = counts.pop("layers")
    return {
        "parameters": counts,
        "layers": layers,
        "lens": [
            run.remembered(f"architecture-lens-{i}", prompt, by_depth, reader, *prompt)
            for i, prompt in enumerate(PROMPTS[: sizes.most])
        ],
        "tokens": run.remembered("architecture-tokens", length, lengths, reader, sizes),
        "loss": loss(None, 0),
        "loss_without": {
            part: [loss(part, layer) for layer in range(layers)] for part in PARTS
        },
    }


def parameters(reader: Reader) -> dict[str, int]:
    """How many numbers each kind of part has."""
    config = reader().config
    return parameter_count(config) | {"layers": config.layers}


def by_depth(reader: Reader, prompt: str, answer: str) -> dict[str, Any]:
    """The likeliest next token at the start and after each block, and the answer's."""
    this = reader()
    streams = on_the_way(this, ids_of(this, prompt)).streams[:, -1]
    said = np.asarray(lens(this.model, streams, this.config.epsilon))
    wanted = ids_of(this, answer)[0]
    best = said.argmax(axis=-1)
    ranks = (said > said[:, [wanted]]).sum(axis=-1) + 1
    ends = np.flatnonzero(best != best[-1])
    return {
        "prompt": prompt,
        "answer": token(this, wanted),
        "top": [
            [token(this, int(i)), round(float(p[i]), 4)]
            for i, p in zip(best, said, strict=True)
        ],
        "answer_share": [round(float(p[wanted]), 4) for p in said],
        "answer_rank": ranks.tolist(),
        "settled": int(ends[-1]) + 1 if ends.size else 0,
    }


def lengths(reader: Reader, sizes: Sizes) -> dict[str, int]:
    """How many tokens of each text are to be said."""
    texts = passages(reader(), sizes.passage)
    return {name: len(ids) - 1 for name, ids in texts.items()}


def losses(
    reader: Reader, sizes: Sizes, part: str | None, layer: int
) -> dict[str, float]:
    """Nats a token on each text, without a part of a block if one is named."""
    this = reader()
    if part is not None:
        this = this._replace(model=without(this.model, layer, part))
    texts = passages(this, sizes.passage)
    return {
        name: round(float(surprises(this, ids).mean()), 4)
        for name, ids in texts.items()
    }
