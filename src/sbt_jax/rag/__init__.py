r"""RAG: finding passages that answer, and laying them before the model.

Page: ``book/rag.md``.  Figures: ``viz/rag/``.
Source: Lewis et al. (2020), arXiv:2005.11401, section 2; the parts name their own.
"""

from sbt_jax.rag.cells import Cells, probed, recall_by_probes, sorted_into
from sbt_jax.rag.chunks import STOP_WORDS, Chunk, chunked, spans, stem, terms, words
from sbt_jax.rag.assembly import cited, within
from sbt_jax.rag.dense import common_direction, max_sim, mean_vector, sif_weights
from sbt_jax.rag.fusion import fused, top
from sbt_jax.rag.lexical import Lexical, Posting, bm25, idf, lexical_index
from sbt_jax.rag.library import SEARCHES, Library, ranked
from sbt_jax.rag.limit import free_vectors, lead, on_a_circle, pairs_of, solved
from sbt_jax.rag.measures import bootstrap, dcg, ndcg, recall_at, reciprocal_rank
from sbt_jax.rag.questions import QUESTIONS, Question
