"""The figures of chapter 6.

Live, with a browser half beside each: ``graph``, gradients; ``landscape``, optimisers;
``own``, a model of the reader's text: ``progress`` says it, with ``texts``.
Measured: ``born``, ``bowl``, ``rates``, ``edge``, ``few`` and ``size``; ``spreads``
says them. ``drawings`` are the diagrams.
"""

from sbt_jax.viz.training.born import a_model_is_born, learned_first
from sbt_jax.viz.training.bowl import down_a_bowl
from sbt_jax.viz.training.edge import at_the_edge
from sbt_jax.viz.training.few import few_stories
from sbt_jax.viz.training.graph import gradients_on_a_graph
from sbt_jax.viz.training.landscape import ACROSS, START, UP, descent
from sbt_jax.viz.training.rates import rates_at_once
from sbt_jax.viz.training.size import by_size
from sbt_jax.viz.training.texts import DINOSAURS, TOWNS
from sbt_jax.viz.training.own import your_own
