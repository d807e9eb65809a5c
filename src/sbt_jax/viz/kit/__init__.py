"""One place for how figures look, behave and reach the page.

A figure is a pure function from arrays to an :class:`Embed`. Colours, sizes and
toolbars are set here and nowhere else. The browser half is ``kit.js`` (mounting,
dark mode, accessible names) and ``kit.css``.
"""

from sbt_jax.viz.kit.dots import name_dots, named
from sbt_jax.viz.kit.embed import KIT, RUNTIME, TRAINER, WIDGETS, Embed
from sbt_jax.viz.kit.style import ACCENT, BLUE, GREEN, GREY, HEIGHT, OCHRE, ORANGE
from sbt_jax.viz.kit.style import PALETTE, PURPLE, axes, contrast, ink
from sbt_jax.viz.kit.text import CHIPS, PASSAGE, chips, chips_html, passage
from sbt_jax.viz.kit.text import passage_html
from sbt_jax.viz.kit.widgets import LEGEND, SIGNS, beside, callback, choice, controls
from sbt_jax.viz.kit.widgets import label, legend, status, titled
