"""The figures of chapter 18.

``waits``: one beginning, continued with and without a cache, live; ``calculator``: the
cache of published models; ``shrink``: a smaller cache in main, measured;
``speculate``: a small model guesses, live; ``serving``: a server, simulated; ``memory``: its blocks;
``drawings``: its diagrams.
"""

from sbt_jax.viz.inference.calculator import the_cache
from sbt_jax.viz.inference.serving import questions, servers, the_server
from sbt_jax.viz.inference.shrink import smaller_cache
from sbt_jax.viz.inference.speculate import FRIEND, MOST, guess_and_check
from sbt_jax.viz.inference.waits import ROPE, TOKENS, with_and_without
