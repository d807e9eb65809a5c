"""What each chapter shows in a published model: SmolLM2-135M-Instruct.

``python -m sbt_jax.recipes real`` measures it, one part a chapter.
"""
