"""The parts of the machine, and where they stand in the two drawings of its map."""

from collections.abc import Mapping
from typing import NamedTuple

from sbt_jax.viz.parts.svg import Box, Number


class Place(NamedTuple):
    """A part of the machine, the chapter that explains it, and its group.

    Parts of the core are in no group.
    """

    name: str
    chapter: str
    group: str = ""


class Look(NamedTuple):
    """One of the two drawings of the map."""

    size: Number  # of letters
    width: Number
    height: Number
    chip: Number  # height of a part of a group
    core: Mapping[str, Box]
    groups: Mapping[str, tuple[Number, Number, Number]]  # left, top, right
    inline: frozenset[str]  # groups whose name stands left of their parts


CHOICE = "choice of the\nnext word"
PLACES = (
    Place("text", ""),
    Place("tokens", "tokenization"),
    Place("vectors", "embeddings"),
    Place("block", "architecture"),
    Place("attention", "attention"),
    Place("MLP", "architecture"),
    Place("probabilities", "foundations"),
    Place(CHOICE, "generation"),
    Place("training", "training", "made"),
    Place("alignment", "alignment", "made"),
    Place("fine-tuning", "finetuning", "made"),
    Place("size", "scaling", "made"),
    Place("prompt", "prompting", "reads"),
    Place("window", "context", "reads"),
    Place("documents", "rag", "reads"),
    Place("tools", "agents", "reads"),
    Place("images", "multimodality", "reads"),
    Place("cache", "inference", "inside"),
    Place("looking inside", "interpretability", "inside"),
    Place("thinking", "reasoning", "answers"),
    Place("truth check", "hallucinations", "answers"),
    Place("evaluation", "evaluation", "answers"),
    Place("diffusion", "diffusion", "beside"),
)
GROUPS = {
    "made": "its weights come from",
    "reads": "what it reads",
    "inside": "inside it",
    "answers": "its answers",
    "beside": "beside it",
}
MIDDLE = 128.0  # height of the wide core's middle
EDGE = 112.0  # left edge of the tall core
WIDE_LOOK = Look(
    size=13,
    width=680,
    height=282,
    chip=28,
    core={
        "text": Box(2, MIDDLE - 20, 52, 40),
        "tokens": Box(74, MIDDLE - 20, 66, 40),
        "vectors": Box(160, MIDDLE - 20, 68, 40),
        "block": Box(248, MIDDLE - 76, 176, 116),
        "attention": Box(260, MIDDLE - 64, 82, 38),
        "MLP": Box(356, MIDDLE - 64, 56, 38),
        "probabilities": Box(444, MIDDLE - 20, 104, 40),
        CHOICE: Box(568, MIDDLE - 24, 110, 48),
    },
    groups={
        "made": (2, 4, 522),
        "beside": (526, 4, 680),
        "reads": (2, 196, 250),
        "inside": (262, 196, 412),
        "answers": (424, 196, 680),
    },
    inline=frozenset({"made", "beside"}),
)
TALL_LOOK = Look(
    size=12.5,
    width=368,
    height=456,
    chip=28,
    core={
        "text": Box(EDGE, 74, 130, 32),
        "tokens": Box(EDGE, 124, 130, 32),
        "vectors": Box(EDGE, 174, 130, 32),
        "block": Box(EDGE, 224, 130, 116),
        "attention": Box(148, 234, 86, 34),
        "MLP": Box(148, 280, 86, 34),
        "probabilities": Box(EDGE, 358, 130, 32),
        CHOICE: Box(EDGE, 408, 130, 44),
    },
    groups={
        "made": (2, 4, 368),
        "reads": (2, 74, 96),
        "inside": (254, 214, 366),
        "answers": (254, 322, 366),
        "beside": (2, 402, 96),
    },
    inline=frozenset(),
)
