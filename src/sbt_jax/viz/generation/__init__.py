"""The figures of chapter 7.

``side``: several systems go on with one beginning, live; ``desk``: the mixing desk,
live, and its ``presets``; ``samplers``, ``beams`` and ``repetition``: measurements;
``drawings``: its diagrams.
"""

from sbt_jax.viz.generation.beams import likeliest_against_typical
from sbt_jax.viz.generation.desk import mixing_desk
from sbt_jax.viz.generation.presets import EXAMPLES, FRIEND, START
from sbt_jax.viz.generation.repetition import said_again
from sbt_jax.viz.generation.samplers import quality_against_diversity, spoken
from sbt_jax.viz.generation.side import OTTO, STEPS, side_by_side
