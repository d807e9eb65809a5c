"""Checkpoints: trained weights and measured tables as small, safe files.

Weights are int8 in one ``.npz`` without pickle. Everything shipped has a
*card* beside it, ``<name>.card.json``, that says how it was made. Files are
replaced whole or not at all, and a damaged one is refused by name.
"""

from sbt_jax.checkpoints.browser import browser_script
from sbt_jax.checkpoints.files import DATA, Card, cards, data_file, digest, read_card
from sbt_jax.checkpoints.files import read_table, remembered, replace_file, write_card
from sbt_jax.checkpoints.files import write_table
from sbt_jax.checkpoints.weights import DAMAGED, Quantized, as_shipped, dequantize, load
from sbt_jax.checkpoints.weights import quantize, read_config, save
