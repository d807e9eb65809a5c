r"""Foundations: what a language model is, and how good one is.

Page: ``book/foundations.md``.  Figures: ``viz/foundations/``.
Source: Shannon (1948), "A Mathematical Theory of Communication", sections 2, 3
and 6, for counting, entropy and text drawn from counts; smoothing: Witten & Bell
(1991), "The zero-frequency problem", IEEE Transactions on Information Theory 37(4).
"""

from sbt_jax.foundations.measures import NGrams, cross_entropy, entropy, kl_divergence
from sbt_jax.foundations.measures import perplexity, word_gap
from sbt_jax.foundations.ngrams import Level, count_ngrams, ngram_log_probs, ngram_probs
from sbt_jax.foundations.probe import Probe, fit_probe, probe_accuracy
from sbt_jax.foundations.writing import generate_words
