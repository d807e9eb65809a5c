"""Small inputs of the figures of *architecture*."""

import jax

from contracts.small.common import SPEC
from sbt_jax.architecture import FAMILIES, Config, Design, init_model, published_designs
from sbt_jax.viz import architecture

CONFIG = Config(50, width=16, layers=2, heads=2, mlp=24, window=12)
MODEL = init_model(jax.random.key(0), CONFIG)
STEPS = [
    ("?", 1.0, None, []),
    ("?", 0.75, 21.5, [" Tom", "<end>"]),
    (" he", 0.16, 60.2, []),
    (" Tom", 0.98, 47.0, [" Tom", " <b>"]),
    (" Tom", 0.995, 3.4, []),
]
REAL = {
    "layers": 2,
    "lens": [
        {
            "prompt": "The capital of France is",
            "answer": " Paris",
            "top": [[" is", 1.0], [" the", 0.4], [" Paris", 0.75]],
            "answer_rank": [4000, 20, 1],
        },
        {
            "prompt": "A young cat is called a",
            "answer": " kitten",
            "top": [[" a", 1.0], [",", 0.4], [' "', 0.14]],
            "answer_rank": [136, 300, 2],
        },
    ],
    "loss": dict.fromkeys(architecture.TEXTS, 3.0),
    "loss_without": {
        "block": [dict.fromkeys(architecture.TEXTS, x) for x in (10.0, 3.5)]
    },
}
GAPS = {"complete": [0.25, 0.5, 0.375], "no norm": [2.0, 1.5, 1.0], "2017": [0.5] * 3}
VIEWS = {"a": ["no norm", "complete"], "b": ["2017"]}
DESIGNS = {"ours": Design(CONFIG, FAMILIES["this book"])} | published_designs()
READ = ["<end>", " Tom", "<img onerror=alert(1)>"]
GUESSES = [
    [(" a", 0.25, True), ("<end>", 0.9, False), ("<end>", 0.9, False)],
    [(" ", 0.1, False), ("&", 0.5, True), ("&", 0.5, True)],
    [("x", 0.0, False), ("<b>", 1.0, False), ("<b>", 1.0, False)],
]
NORMS = {"post-norm": [[0.5, 4.0], [1.5, 2.0]], "pre-norm": [[1.0, 1e-9], [1.0, 3e-9]]}
STARTS = {k: {"plain": rows, "scaled": NORMS["pre-norm"]} for k, rows in NORMS.items()}
RATES = {"0.01": {k: {"0": v, "60": v} for k, v in NORMS.items()}}
DEEP = {"every": 10, "steps": 20, "curves": {"plain": RATES, "scaled": RATES}}

FIGURES = {
    "architecture.down_the_stream": (
        lambda: architecture.down_the_stream(CONFIG, "Who?", "?", STEPS, SPEC),
        "The machine's answer: after “?” comes “Tom”, 100 %.",
    ),
    "architecture.first_steps": (
        lambda: architecture.first_steps(DEEP),
        "Blocks start equally loud; at a learning rate of 0.01, without warm-up, the"
        " loss ends at: post-norm 2.00 to 4.00; pre-norm 0.00.",
    ),
    "architecture.gradient_by_depth": (
        lambda: architecture.gradient_by_depth(
            [2, 64], {"gated": STARTS, "relu": STARTS}
        ),
        "post-norm times 2.7, pre-norm times 3.0e-09",
    ),
    "architecture.guess_at_every_depth": (
        lambda: architecture.guess_at_every_depth(
            CONFIG, "Who?", READ, GUESSES, 0.75, SPEC
        ),
        "0.75 nats a token. Right guesses among the places shown, by depth: 1, 1, 1.",
    ),
    "architecture.parameter_counter": (
        lambda: architecture.parameter_counter(DESIGNS, "GPT-3"),
        "174,604,259,328 parameters, 349.2 GB",
    ),
    "architecture.thirty_blocks": (
        lambda: architecture.thirty_blocks(REAL, 1),
        "After block 1 of 2 it would say “the”, 40 %. “Paris” is at place 20. Without"
        " block 1 a token costs more, in nats: 7.0 on the Python reference",
    ),
    "architecture.twins_above_the_floor": (
        lambda: architecture.twins_above_the_floor(GAPS, VIEWS),
        "Nearest to the entropy: complete, 0.375 nats",
    ),
}
