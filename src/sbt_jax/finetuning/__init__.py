r"""Fine-tuning: a trained model learns something else, by few numbers or by all.

Page: ``book/finetuning.md``.  Figures: ``viz/finetuning/``. ``lora`` holds what is done
with the adapters of chapter 6, ``kin`` what others make of them, ``spectrum`` changes
by their directions, ``four_bits`` formats of weights, ``counts`` how many numbers there
are, ``findings`` what the page says of results.
"""

from sbt_jax.finetuning.counts import adapter_numbers, learning_bytes, square_share
from sbt_jax.finetuning.counts import stored_bytes
from sbt_jax.finetuning.four_bits import FP4, Blocks, Format, block_scales, code_bits
from sbt_jax.finetuning.four_bits import decode_blocks, double_rounded, encode_blocks
from sbt_jax.finetuning.four_bits import float_levels, formats, normal_levels
from sbt_jax.finetuning.four_bits import relative_error, rounded, stored_bits
from sbt_jax.finetuning.kin import Dora, Pissa, add_dora, init_dora, pissa
from sbt_jax.finetuning.lora import SCALES, TARGETS, chosen, matrices, scaled
from sbt_jax.finetuning.lora import unmerged, with_matrices
from sbt_jax.finetuning.spectrum import changes, share_held, truncated
