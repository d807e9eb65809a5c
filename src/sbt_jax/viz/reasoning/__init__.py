"""The figures of chapter 17.

``budget``: five cups and a budget of written places, live; ``slip``: a chain to change,
live; ``group``: eight tries and their rewards, live; ``measures``: what rewards teach,
layers, budgets and the law; ``tokens``: what equal tokens buy; ``drawings``: its
diagrams.
"""

from sbt_jax.viz.reasoning.budget import BUDGET, GAME, SHOWN, cut_game
from sbt_jax.viz.reasoning.budget import think_within_budget
from sbt_jax.viz.reasoning.group import COUNT, a_group_of_tries
from sbt_jax.viz.reasoning.measures import budgets_and_the_law, layers_and_swaps
from sbt_jax.viz.reasoning.measures import learning_to_think
from sbt_jax.viz.reasoning.slip import SLIP, TOLD, change_a_step
from sbt_jax.viz.reasoning.tokens import for_the_same_tokens
