"""The figures of chapter 18.

``waits``: one beginning, continued with and without a cache, live; ``calculator``: the
cache of published models; ``shrink``: a smaller cache in main, measured; ``channels``:
how large the channels of its keys are; ``speculate``: a small model guesses, live;
``worth``: whether that pays; ``serving``: a server, simulated, with ``crowds``,
``lanes`` and ``memory``; ``drawings``: its diagrams.
"""

from sbt_jax.viz.inference.calculator import the_cache
from sbt_jax.viz.inference.channels import channel_sizes
from sbt_jax.viz.inference.crowds import Server, questions, servers
from sbt_jax.viz.inference.serving import the_server
from sbt_jax.viz.inference.shrink import smaller_cache
from sbt_jax.viz.inference.speculate import FRIEND, MOST, guess_and_check
from sbt_jax.viz.inference.waits import ROPE, TOKENS, with_and_without
from sbt_jax.viz.inference.worth import Costs, is_it_worth_it
