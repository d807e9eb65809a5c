r"""Training: from random weights to a model, step by step.

Page: ``book/training.md``.  Figure: ``viz/training/``.
Source: AdamW: Loshchilov & Hutter (2019), arXiv:1711.05101, section 2;
warm-up and cosine decay as in Brown et al. (2020), arXiv:2005.14165,
appendix B.
"""

from sbt_jax.training.adapters import Adapter, AdapterConfig, add_adapters
from sbt_jax.training.adapters import init_adapters
from sbt_jax.training.autodiff import Node, Value, graph, in_order
from sbt_jax.training.batches import Batch, sharded
from sbt_jax.training.curvature import at_the_edge, sharpness
from sbt_jax.training.letters import Letters, chances, draw_lines, held_lines
from sbt_jax.training.letters import known_losses, read_letters
from sbt_jax.training.loop import CHUNK, fit, train
from sbt_jax.training.optimizers import Moments, Optimizer, adam, adamw, best_momentum
from sbt_jax.training.optimizers import descend, learning_rate, momentum, sgd
from sbt_jax.training.own import OWN, Learned, first_weights, learn_letters
from sbt_jax.training.own import own_config, write_letters
from sbt_jax.training.packing import Rows, pack
from sbt_jax.training.progress import Progress
from sbt_jax.training.step import Settings, batch_loss, cross_entropy, optimizer
from sbt_jax.training.step import train_chunk
from sbt_jax.training.surface import Lowest, Surface, count_surface, landscape
from sbt_jax.training.surface import lowest_point, surface_loss
