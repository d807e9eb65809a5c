"""What figures of several chapters draw.

``frames``: what Python made for each choice of widgets, shown when it is chosen;
``examples``: a box to type in, with texts to try; ``heat``: who looks at whom, as a
picture; ``marks``: a line across a plot; ``tokens``: names for their bars;
``diagram``: boxes and arrows, drawn with ``svg``; ``machine_map``: the map of the
machine; ``scene``: a drawn story with the model's next words; ``writer``: a model that
writes on.
"""

from sbt_jax.viz.parts.examples import text_box, typed
from sbt_jax.viz.parts.frames import data, follow, passage, slider, status
from sbt_jax.viz.parts.heat import SHADES, heat_map, shades
from sbt_jax.viz.parts.marks import mark
from sbt_jax.viz.parts.scene import Scene
from sbt_jax.viz.parts.tokens import names
from sbt_jax.viz.parts.writer import write_on
