r"""Architecture: the Transformer that the whole book is about.

Page: ``book/architecture.md``.  Figure: ``viz/architecture/``.
Source: Vaswani et al. (2017), arXiv:1706.03762, section 3, with today's
parts: RMSNorm (Zhang & Sennrich 2019, arXiv:1910.07467) before each
sublayer and a gated MLP (Shazeer 2020, arXiv:2002.05202).
"""

from sbt_jax.architecture.cache import Cache, cache_sizes, extend, grow
from sbt_jax.architecture.cache import init_cache
from sbt_jax.architecture.config import PARTS, TODAY, Config, Switches, forward_flops
from sbt_jax.architecture.config import parameter_count
from sbt_jax.architecture.designs import FAMILIES, Design, published_designs
from sbt_jax.architecture.edits import without, write_sizes
from sbt_jax.architecture.forward_pass import Trace, forward, trace
from sbt_jax.architecture.model import Block, Mlp, Model, gated_mlp, init_mlp
from sbt_jax.architecture.model import init_model, logit_lens, rms_norm
from sbt_jax.architecture.stacked import StackedBlocks, stack_blocks, unstack_blocks
from sbt_jax.architecture.twin_pass import normalise, places, twin_block, twin_forward
from sbt_jax.architecture.twins import Linear, Norm, Twin, TwinBlock, init_stacked
from sbt_jax.architecture.twins import init_twin
