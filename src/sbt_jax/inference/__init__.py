r"""Inference: what is kept of a text, what a step costs, and how guesses save steps.

Page: ``book/inference.md``.  Figure: ``viz/inference/``.
Source: see each part. The cache itself is chapter 5's:
:func:`sbt_jax.architecture.extend`.
"""

from sbt_jax.inference.ahead import Heads, Onward, go_on, init_heads, init_onward
from sbt_jax.inference.ahead import last_reads, say_ahead
from sbt_jax.inference.costs import Chip, Keeps, of_heads, of_latent, per_output
from sbt_jax.inference.costs import reading_sums, step_seconds, text_bytes, token_bytes
from sbt_jax.inference.designs import OFFERED, SHARED, Kind, kind_of
from sbt_jax.inference.heads import pool_heads
from sbt_jax.inference.kept import Latent, forward_kept, forward_latent, squeeze
from sbt_jax.inference.prices import Prices, Timed
from sbt_jax.inference.rounding import E2M1, MXFP4, NVFP4, Blocks, e2m1, rounded
from sbt_jax.inference.server import POLICIES, Ask, Served, gaps, serve
from sbt_jax.inference.speculation import RULES, Judged, break_even, drawn
from sbt_jax.inference.speculation import expected_tokens, judge, law, overlap
from sbt_jax.inference.speculation import residual, speedup
