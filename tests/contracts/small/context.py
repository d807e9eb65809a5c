"""Small inputs of the figures of *context*."""

from contracts.small.common import SPEC
from sbt_jax.context import POLICIES, Sent, Shape
from sbt_jax.viz import context

SEEN_BY = {
    "8": {"every word": 1.5, "grammar": 0.125, "names": 2.5},
    "256": {"every word": 0.5, "grammar": 0.025, "names": 0.5},
}
SINKS = {
    "main": {"32": [0.25, 0.2, 0.2]},
    "SmolLM2": {"32": [4.0, 0.5, 0.25]},
}
BUDGETS = {
    policy: {
        "64": {"right": 0.25 * i, "there": 0.25},
        "128": {"right": 0.5, "there": 0.75},
    }
    for i, policy in enumerate(POLICIES)
}
NEEDLES = {"rotary": [[1.0, 0.5], [0.25, 0.0]], "ALiBi": [[1.0, 1.0], [1.0, 0.5]]}
SHAPES = {"tiny": Shape(2, 4, 2, 16, 1000), "windowed": Shape(2, 4, 2, 16, 9, 1, 64)}
CHATTED = (
    [10] * len(context.CHAT),
    Sent((9, 10), context.CHAT[9:]),
    20,
    68,
    "Nobody told me.",
    0.002,
    SPEC,
)

FIGURES = {
    "context.chat_in_a_window": (
        lambda: context.chat_in_a_window(*CHATTED),
        "A window of 96 tokens: 2 of 11 messages are sent, 20 tokens; the question"
        " and room for the answer take 28. What it needs was not"
        " sent. The right answer gets under 1 %.",
    ),
    "context.cut_to_fit": (
        lambda: context.cut_to_fit(BUDGETS, "64"),
        "With 64 tokens: drop the oldest 0 % right, fact sent in 25 %; take notes 25 %",
    ),
    "context.first_token_gone": (
        lambda: context.first_token_gone(SINKS),
        "SmolLM2, nats more a token with no first token kept, one, four."
        " 32 tokens: 4.00, 0.50, 0.25.",
    ),
    "context.needle_map": (
        lambda: context.needle_map(NEEDLES, (64, 128), (0.0, 1.0), 64),
        "rotary: 75 % found up to 64 tokens, 12 % beyond, 12 % at 128.",
    ),
    "context.only_the_last_few": (
        lambda: context.only_the_last_few(SEEN_BY, "8"),
        "the last 8 tokens costs a word 1.00 nats more; most names (2.00), least",
    ),
    "context.the_bill": (
        lambda: context.the_bill(SHAPES, "tiny", 1024, 3, 1.25, 0.1),
        "tiny reads 1,024 tokens with 0.3 GFLOP, 99 % of it looking back.",
    ),
}
