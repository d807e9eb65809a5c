r"""Interpretability: what a model holds inside, and what it does with it.

A toy of superposition, sparse autoencoders, scores by what is true, patching, what each
part writes, transcoders, and graphs of what feeds what.

Page: ``book/interpretability.md``.  Figures: ``viz/interpretability/``.
Source: Elhage et al. (2022), arXiv:2209.10652; Bricken et al. (2023), "Towards
Monosemanticity"; Wang et al. (2022), arXiv:2211.00593.
"""

from sbt_jax.interpretability.dictionaries import OBJECTIVES, Sae, SaeConfig
from sbt_jax.interpretability.dictionaries import before_sparsity, explained
from sbt_jax.interpretability.dictionaries import features_of, init_sae, rebuilt
from sbt_jax.interpretability.dictionaries import sae_loss, step_up, unit_directions
from sbt_jax.interpretability.freezing import Frozen, frozen_run, linear_run
from sbt_jax.interpretability.freezing import says_looking
from sbt_jax.interpretability.graphs import KINDS, Graph, attribution_graph, influence
from sbt_jax.interpretability.patching import Parts, Patched, carried
from sbt_jax.interpretability.patching import direct_attribution, patch_all, says_with
from sbt_jax.interpretability.patching import stream_after
from sbt_jax.interpretability.scores import auc, largest_cosines, linear_probe
from sbt_jax.interpretability.scores import mean_difference, ranks
from sbt_jax.interpretability.superposition import Toy, dimension_shares, toy_data
from sbt_jax.interpretability.superposition import toy_loss, toy_output, toy_start
from sbt_jax.interpretability.superposition import train_toy, welch_bound
from sbt_jax.interpretability.transcoders import Transcoder, init_transcoder
from sbt_jax.interpretability.transcoders import replaced_forward, transcoder_features
from sbt_jax.interpretability.transcoders import transcoder_loss, transcoder_output
