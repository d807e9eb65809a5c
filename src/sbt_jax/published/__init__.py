"""Every published figure that the book quotes, with its source.

One part a chapter: ``sbt_jax.published.tokenization`` holds ``TOKENIZATION``. A page
quotes ``TOKENIZATION["gpt2_vocabulary"].value``; the tests of the chapter recompute
what our code can. Nothing is re-exported, so that a page reaches its own part only.
"""
