"""The figures of chapter 6.

Each part has its browser half beside it: ``landscape``, gradients and optimisers;
``measures``, trainings, measured.
"""

from sbt_jax.viz.training.landscape import ACROSS, START, UP, descent
from sbt_jax.viz.training.landscape import gradients_on_a_graph
from sbt_jax.viz.training.measures import a_model_is_born, at_the_edge, by_size
from sbt_jax.viz.training.measures import few_stories, mean, rates_at_once, spread
