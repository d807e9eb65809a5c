"""The figures of chapter 16.

``arena``: vote and see the ratings, live; ``coder`` and ``problems``: pass@k, live;
``better``: two scores and their error bars, live; ``scores``: what was measured;
``drawings``: its diagrams.
"""

from sbt_jax.viz.evaluation.arena import the_arena
from sbt_jax.viz.evaluation.better import is_it_better
from sbt_jax.viz.evaluation.coder import live_coder
from sbt_jax.viz.evaluation.problems import FIRST, PROBLEMS
from sbt_jax.viz.evaluation.scores import WAYS, leaked_test, one_quiz_scored
from sbt_jax.viz.evaluation.scores import table_of_axes
