"""Small inputs of the figures of *reasoning*."""

from sbt_jax.reasoning import MOST, law
from sbt_jax.viz import reasoning

CHAIN, ANSWER = [2, 2, 4], [0.125, 0.125, 0.125, 0.5, 0.125]
TOLD = [([18, 2], True), ([17, 3, 18, 4], False), ([18, 2], True), ([18, 1], False)]
LOOK = {
    "right": [1.0] + [0.5] * (MOST - 1),
    "thinks": [0.25] * MOST,
    "places": [1.0] * MOST,
    "ended": [1.0] * MOST,
}
LEARNED = {
    cost: {"looks": {"0": [LOOK, LOOK], "10": [LOOK | {"thinks": [0.5] * MOST}]}}
    for cost in ("0.0", "0.05")
}
LAYERS = {"1": [[1.0, 0.5, 0.25]], "2": [[1.0, 0.75, 0.5]], "4": [[1.0, 1.0, 0.75]]}
BUDGETS = [[law(n, b, 1.5) for b in range(n + 1)] for n in range(1, 4)]

FIGURES = {
    "reasoning.think_within_budget": (
        lambda: reasoning.think_within_budget(CHAIN, ANSWER, 1.5),
        "It wrote “think C C E so”, and answers D with 50 %. The ball is in B. With 3",
    ),
    "reasoning.change_a_step": (
        lambda: reasoning.change_a_step([0.0, 0.0, 0.0, 0.0, 1.0]),
        "The ball is in B. The chain ends in E. The model says E, with 100 %: it",
    ),
    "reasoning.a_group_of_tries": (
        lambda: reasoning.a_group_of_tries(TOLD, 7),
        "The ball is in B: 2 of 4 tries are right, and 1 began by thinking. The",
    ),
    "reasoning.learning_to_think": (
        lambda: reasoning.learning_to_think(LEARNED),
        "After 10 steps it thinks before 50 % of its answers to games of one swap,",
    ),
    "reasoning.layers_and_swaps": (
        lambda: reasoning.layers_and_swaps(LAYERS),
        "After 3 swaps, at once: with 1 layer 25 % right, with 2 layers 50 % right,",
    ),
    "reasoning.budgets_and_the_law": (
        lambda: reasoning.budgets_and_the_law(BUDGETS, 1.5),
        "Of 3 swaps 0 written down: right 48 %, by the law 48 %.",
    ),
    "reasoning.for_the_same_tokens": (
        lambda: reasoning.for_the_same_tokens(1.5),
        "For 8 tokens: one chain 100 % right, a vote 2",
    ),
}
