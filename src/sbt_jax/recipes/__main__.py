"""Run a recipe by its name: ``python -m sbt_jax.recipes letters --work folder``."""

import sys

from sbt_jax.recipes.runner import main

main(sys.argv[1:])
