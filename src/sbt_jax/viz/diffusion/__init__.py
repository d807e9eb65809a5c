"""The figures of chapter 21.

``erase``: a digit out of noise, live; ``copies``: three denoisers, live; ``prompt``: a
prompt and its guidance, live; ``line``: guidance where all is known; ``schedules`` and
``brightness``: what schedules leave, and what this does; ``solvers``, ``targets`` and
``measures``: what was measured; ``board``: pictures side by side; ``drawings``: its
diagrams.
"""

from sbt_jax.viz.diffusion.brightness import how_bright
from sbt_jax.viz.diffusion.copies import three_denoisers
from sbt_jax.viz.diffusion.erase import erase_the_noise
from sbt_jax.viz.diffusion.line import guidance_on_a_line
from sbt_jax.viz.diffusion.measures import above_the_floor
from sbt_jax.viz.diffusion.prompt import a_prompt
from sbt_jax.viz.diffusion.schedules import schedules_compared
from sbt_jax.viz.diffusion.solvers import by_guesses
from sbt_jax.viz.diffusion.targets import a_spiral
