r"""Embeddings: from the number of a token to a vector, and what vectors hold.

Page: ``book/embeddings.md``.  Figures: ``viz/embeddings/``.
Source: Bengio et al. (2003), "A neural probabilistic language model", section 2, for
the table; Press & Wolf (2017), arXiv:1608.05859, for one table at both ends;
Bolukbasi et al. (2016), arXiv:1607.06520, for the axis of gender.
"""

from sbt_jax.embeddings.bias import cosines_by_group, group_share, permutation_test
from sbt_jax.embeddings.bias import random_axes
from sbt_jax.embeddings.counts import cooccurrence, pmi, svd_vectors, vocabulary
from sbt_jax.embeddings.lookup import embed, embed_one_hot, unembed
from sbt_jax.embeddings.pairs import GENDER, GENDERED, HELD_BY, OCCUPATIONS, RELATIONS
from sbt_jax.embeddings.pairs import analogies, needed_words, story_groups
from sbt_jax.embeddings.skipgram import SkipGram, SkipGramSettings, init_skip_gram
from sbt_jax.embeddings.skipgram import skip_gram_loss, train_skip_gram
from sbt_jax.embeddings.pictures import neighbours_kept, pca
from sbt_jax.embeddings.space import WAYS, answer_analogies, axis, cosine, nearest
from sbt_jax.embeddings.space import offset, unit
from sbt_jax.embeddings.words import VectorsConfig, WordVectors, edit_distance
from sbt_jax.embeddings.words import load_glove, near_spellings
