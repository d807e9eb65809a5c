"""The story world: short stories whose true distribution is known.

Words (:mod:`~sbt_jax.world.words`), notable people (:mod:`~sbt_jax.world.notable`)
and rules (``sbt_jax/world/rules.py``) make the tables of a
:class:`~sbt_jax.world.tables.World`. Three interpreters read them: the
:mod:`~sbt_jax.world.sampling` tells stories, and the :mod:`~sbt_jax.world.oracle`
scores them and says what may come next, by word or by token
(:mod:`~sbt_jax.world.tokens`). ``viz/live/world.js`` has the oracle for the browser.

The tables are frozen: what the shipped models have learned would not be true of
others. A test compares ``DIGEST``.
"""

from sbt_jax.world.corpus import BASE_SEED, BASE_STORIES, DIGEST, HELD_OUT_SEED, VERSION
from sbt_jax.world.corpus import WORLD, begin, browser_script, read, sampler, stories
from sbt_jax.world.oracle import Next, Reading
from sbt_jax.world.notable import held_out, people, stated
from sbt_jax.world.sampling import Story
from sbt_jax.world.tables import END, World
from sbt_jax.world.template import split
from sbt_jax.world.tokens import TokenReading
