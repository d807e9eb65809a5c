"""The figures of chapter 11.

``act``: an agent at work, step by step, and who may order it about, both live;
``turns``: how a transcript is drawn; ``errors``: success by the number of steps;
``drawings``: its diagrams.
"""

from sbt_jax.viz.agents.act import ASKED, NAMES, POISONS, TASKS, watch_it_act
from sbt_jax.viz.agents.act import who_said_so
from sbt_jax.viz.agents.errors import errors_compound
from sbt_jax.viz.agents.turns import contexts
