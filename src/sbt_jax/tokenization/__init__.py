"""Byte-level BPE: train on a text, encode, decode.

Page: ``book/tokenization.md``.  Figures: ``viz/tokenization/``.
Source: Sennrich, Haddow & Birch (2016), arXiv:1508.07909, section 3.2; on
bytes, Radford et al. (2019), "Language Models are Unsupervised Multitask
Learners", section 2.2.
"""

from sbt_jax.tokenization.encoding import decode, decode_bytes, encode, encode_bytes
from sbt_jax.tokenization.files import load, save
from sbt_jax.tokenization.lab import Step, from_ranks, merge_steps, reference_text
from sbt_jax.tokenization.lab import shortest_segmentation, train_batched
from sbt_jax.tokenization.learning import train, train_naive
from sbt_jax.tokenization.merge import merge_bytes, merge_pair
from sbt_jax.tokenization.model import Tokenizer
from sbt_jax.tokenization.words import PATTERN, pretokenize
