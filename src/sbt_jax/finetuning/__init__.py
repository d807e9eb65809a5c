r"""Fine-tuning: a trained model learns something else, by few numbers or by all.

Page: ``book/finetuning.md``.  Figures: ``viz/finetuning/``. ``lora`` holds what is done
with the adapters of chapter 6, ``formats`` weights in four bits, ``counts`` how many
numbers there are, ``findings`` what the page says of results.
"""

from sbt_jax.finetuning.counts import adapter_numbers, learning_bytes, square_share
from sbt_jax.finetuning.counts import stored_bytes
from sbt_jax.finetuning.formats import FP4, Blocks, Format, block_scales, code_bits
from sbt_jax.finetuning.formats import decode_blocks, double_rounded, encode_blocks
from sbt_jax.finetuning.formats import float_levels, formats, normal_levels
from sbt_jax.finetuning.formats import relative_error, rounded, stored_bits
from sbt_jax.finetuning.lora import SCALES, TARGETS, Dora, Pissa, add_dora, changes
from sbt_jax.finetuning.lora import chosen, init_dora, matrices, pissa, scaled
from sbt_jax.finetuning.lora import share_held, truncated, unmerged, with_matrices
