"""The figures of chapter 17.

``budget``: five cups and a budget of written places, live; ``slip``: a chain to change,
live; ``learning``: what rewards teach; ``measures``: budgets against the law, layers;
``tokens``: what equal tokens buy; ``drawings``: its diagrams.
"""

from sbt_jax.viz.reasoning.budget import BUDGET, GAME, SHOWN, cut_game
from sbt_jax.viz.reasoning.budget import think_within_budget
