"""The figures of chapter 5.

Live: ``machine``, a token on its way; ``lens``, guesses at every depth; ``counter``,
where the parameters are. Measured: ``twins``, ``depth``, deep models, and ``real``, a
published model. ``machine.mjs`` does the lens, too.
"""

from sbt_jax.viz.architecture.counter import parameter_counter
from sbt_jax.viz.architecture.depth import first_steps, gradient_by_depth
from sbt_jax.viz.architecture.lens import EXAMPLES, WALKS, guess_at_every_depth
from sbt_jax.viz.architecture.machine import down_the_stream, machine_parts
from sbt_jax.viz.architecture.real import TEXTS, thirty_blocks
from sbt_jax.viz.architecture.twins import VIEWS, gaps_of_twins, twins_above_the_floor
