"""Figures of chapter 10: searching this book, reading passages, what was measured."""

from sbt_jax.viz.rag.ask import ask_this_book
from sbt_jax.viz.rag.cases import CASES
from sbt_jax.viz.rag.circle import one_vector_each
from sbt_jax.viz.rag.measured import chunk_sizes, found_and_read, who_finds_what
from sbt_jax.viz.rag.reads import does_it_read
