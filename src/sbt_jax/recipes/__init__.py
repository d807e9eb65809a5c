"""Recipes: what makes the shipped results in ``data/``, each with a card.

``python -m sbt_jax.recipes`` lists them, and ``python -m sbt_jax.recipes stories``
runs one.
"""
