"""Small inputs of the figures of *attention*."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.small.common import SPEC
from sbt_jax.attention import study_scores
from sbt_jax.checkpoints import read_table
from sbt_jax.viz import attention

TEXTS = ["", "Ida", " had", " it"]
HEAD = ["Zoe", "hid", "hat", "it"]
QUERY = jnp.array([[0.0, 1], [1, 1], [0, 0], [0, 2]])
KEY = jnp.array([[2.0, 0], [0, 0], [0, 2], [0, 0]])
VALUE = jnp.array([[3.0, 0], [1, 1], [0, 3], [0, 0]])
SIZES = (1, 64)
SQUARE = np.tril(np.ones((5, 5), np.float32))


def looks(layers=2, heads=2, time=4):
    """Weights of every head, none on the future."""
    look = np.random.default_rng(0).random((layers, heads, time, time))
    look = np.tril(look).astype(np.float32)
    return look / look.sum(-1, keepdims=True)


def studies():
    return {
        s: [[study_scores(jax.random.key(k), d, s) for d in SIZES] for k in (0, 1)]
        for s in (False, True)
    }


FIGURES = {
    "attention.an_induction_head_is_born": (
        lambda: attention.an_induction_head_is_born(
            "abcab",
            (0, 100),
            [[4.0, 1.0]],
            25,
            [0.1, 0.2, 0.3, 0.9],
            [SQUARE, SQUARE],
            (1, 2),
        ),
        "After 100 steps: the right character gets 90 %",
    ),
    "attention.look_back": (
        lambda: attention.look_back(
            {
                "big": attention.Look(TEXTS, [0.1, 0.2, 0.6, 0.1], "Head 2", "hat"),
                "small": attention.Look(TEXTS, [0.1, 0.6, 0.2, 0.1], "Head 1", "<b>"),
            },
            "It was",
        ),
        "Head 2: “it” gives “had” 60 % of its look. The model says “hat”.",
    ),
    "attention.one_step_at_a_time": (
        lambda: attention.one_step_at_a_time(HEAD, QUERY, KEY, VALUE),
        "“it” looks most at “hat” and takes home (0.2, 2.6).",
    ),
    "attention.who_looks_at_whom": (
        lambda: attention.who_looks_at_whom(
            "Ida had it",
            TEXTS,
            looks(),
            [0.0, 0.75, 0.25],
            [0.5, 0.125, 0.375],
            SPEC,
            [".", " a", " b"],
            (1, 0),
        ),
        "Layer 2, head 1: “it” looks at “",
    ),
    "attention.why_divide": (
        lambda: attention.why_divide(SIZES, studies()),
        "Variance of the scores at d = 1, 64 (means of the seeds): undivided",
    ),
    "attention.kinds_of_heads": (
        lambda: attention.kinds_of_heads(read_table("real_attention"), 0.4),
        "10 of 270 heads give 40 % of their attention or more here, in layers 2 to 23.",
    ),
}
