"""The figures of chapter 12.

``ways``: one game asked in four ways, live; ``shots``: pairs in a prompt, live;
``votes``: when votes help, live; ``wordings`` and ``measures``: what was measured;
``drawings``: its diagrams.
"""

from sbt_jax.viz.prompting.measures import right_by_swaps, the_sudden_rise
from sbt_jax.viz.prompting.shots import SHOWN, pairs_in_a_prompt, read_pairs
from sbt_jax.viz.prompting.shots import told
from sbt_jax.viz.prompting.votes import votes_help_or_hurt
from sbt_jax.viz.prompting.ways import GAME, PROMPTS, WAYS, four_ways
from sbt_jax.viz.prompting.wordings import forty_wordings
