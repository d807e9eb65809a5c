r"""Generation: from a distribution over the next token to text.

Page: ``book/generation.md``.  Figure: ``viz/generation/``.
Source: top-k: Fan, Lewis & Dauphin (2018), arXiv:1805.04833, section 5.1; top-p:
Holtzman et al. (2020), arXiv:1904.09751, section 3.1; min-p: Nguyen et al. (2024),
arXiv:2407.01082, section 3; repetition penalty: Keskar et al. (2019),
arXiv:1909.05858, section 4.1, with the branch for negative logits of later engines.
"""

from sbt_jax.generation.beam import Beams, beam_search
from sbt_jax.generation.distances import jensen_shannon, total_variation
from sbt_jax.generation.filters import CUTS_FIRST, ORDER, Sampling, filtered, min_p
from sbt_jax.generation.filters import repetition_penalty, temperature, top_k, top_p
from sbt_jax.generation.writing import Written, generate
