"""The figures of chapter 5.

Live: ``machine``, what each part writes, on its ``diagram``; ``lens``, guesses at every
depth; ``counter``, where the parameters are. Measured: ``twins``, and ``depth``, deep
models. ``machine.mjs`` does the lens, too.
"""

from sbt_jax.viz.architecture.counter import parameter_counter
from sbt_jax.viz.architecture.depth import first_steps, gradient_by_depth
from sbt_jax.viz.architecture.diagram import machine_parts, stream_pieces
from sbt_jax.viz.architecture.lens import EXAMPLES, guess_at_every_depth
from sbt_jax.viz.architecture.machine import TOUCHED, mean_lengths, the_machine
from sbt_jax.viz.architecture.twins import twins_above_the_floor
