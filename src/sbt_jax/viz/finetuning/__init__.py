"""The figures of chapter 14.

``swap``: one model with three adapters, live; ``levels``: real weights in four bits,
computed in the browser; ``share``: how many numbers adapters have in real models, live;
``measures``: what was learned and forgotten; ``drawings``: its diagrams.
"""

from sbt_jax.viz.finetuning.levels import sixteen_levels
from sbt_jax.viz.finetuning.measures import learned_and_forgotten, ranks_of_main
from sbt_jax.viz.finetuning.share import numbers_in_real_models
from sbt_jax.viz.finetuning.swap import BEGINNINGS, START, STEPS, swap_adapters
