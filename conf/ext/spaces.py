"""A number and its percent sign stay on one line, whoever wrote them."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

LOOSE = re.compile(r"(?<=\d)\s+%")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


class NoBreakBeforePercent(SphinxPostTransform):
    """Put a no-break space there, in glued numbers too."""

    default_priority = 900  # after MyST-NB has put them in

    def run(self, **_: object) -> None:
        for text in list(self.document.findall(nodes.Text)):
            fixed = LOOSE.sub("\u00a0%", text.astext())
            if fixed == text.astext() or isinstance(text.parent, VERBATIM):
                continue
            text.parent.replace(text, nodes.Text(fixed))


def setup(app: Sphinx) -> dict:
    app.add_post_transform(NoBreakBeforePercent)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
