"""The figures of chapter 5.

What is inside: ``machine``, what each part writes; ``lens``, guesses at every depth;
``counter``, where the parameters are; ``measures``, twins and gradients, measured.
``machine.mjs`` does the lens, too.
"""

from sbt_jax.viz.architecture.counter import parameter_counter
from sbt_jax.viz.architecture.lens import EXAMPLES, guess_at_every_depth
from sbt_jax.viz.architecture.machine import TOUCHED, machine_parts, mean_lengths
from sbt_jax.viz.architecture.machine import stream_pieces, the_machine
from sbt_jax.viz.architecture.measures import first_steps, gradient_by_depth
from sbt_jax.viz.architecture.measures import twins_above_the_floor
