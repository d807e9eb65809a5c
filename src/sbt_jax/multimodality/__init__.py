r"""Multimodality: an image as a grid of tokens.

Patches and back, encoders that look both ways, pictures and captions in one space, a
projector into a language model, and what an image costs.

Page: ``book/multimodality.md``.  Figures: ``viz/multimodality/``.
Source: Dosovitskiy et al. (2020), arXiv:2010.11929; Radford et al. (2021),
arXiv:2103.00020; Liu et al. (2023), arXiv:2310.03744.
"""

from sbt_jax.multimodality.captions import COLORS, NUMBERS, PLACES, WORDS, Scene
from sbt_jax.multimodality.captions import caption, caption_ids, filled, put, tinted
from sbt_jax.multimodality.contrast import clipped_scale, contrastive_loss, cosines
from sbt_jax.multimodality.contrast import modality_gap, sigmoid_loss, unit, zero_shot
from sbt_jax.multimodality.drawing import counted, drawn
from sbt_jax.multimodality.encoders import Encoder, Seen, encode, init_encoder
from sbt_jax.multimodality.encoders import read_caption, see, vit_cost
from sbt_jax.multimodality.patches import patchify, unpatchify
from sbt_jax.multimodality.prices import RULES, claude_size, claude_tokens
from sbt_jax.multimodality.prices import gemini_tokens, llava_tokens, patch_tokens
from sbt_jax.multimodality.prices import qwen_tokens, tile_tokens
from sbt_jax.multimodality.projector import Projector, at_cosine, init_projector
from sbt_jax.multimodality.projector import nearest_words, read_with, to_word
