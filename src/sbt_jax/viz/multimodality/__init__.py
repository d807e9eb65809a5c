"""The figures of chapter 15.

``sums``: two drawn digits in a story, live; ``cut``: a digit in patches, live;
``words``: a caption and the pictures nearest to it, live; ``price``: what an image
costs; ``measures``: what was measured; ``pad``: a sheet to draw on; ``drawings``: its
diagrams.
"""

from sbt_jax.viz.multimodality.cut import LEFT, PATCHES, TOP, cut_into_patches
from sbt_jax.viz.multimodality.measures import matrix_by_step, right_by_patch
from sbt_jax.viz.multimodality.price import what_an_image_costs
from sbt_jax.viz.multimodality.sums import draw_a_sum
from sbt_jax.viz.multimodality.words import words_meet_images
