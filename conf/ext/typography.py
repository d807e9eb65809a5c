"""Signs that belong together stay together, and a minus is a minus.

A percent sign does not leave its number at the end of a line, wherever the number comes
from: prose, a glued value, a table. Code, mathematics and names are left as they are.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

NBSP = "\N{NO-BREAK SPACE}"
PERCENT = re.compile(r"(?<=\d) %|^ %")  # a glued number is a text of its own
MINUS = re.compile(r"(?<![\w.,:/(-])-(?=\d)|(?<=\()-(?=\d)")
LEFT = (
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.comment,
    nodes.target,
)


def typed(text: str) -> str:
    """A text as it is printed.

    Example:
      >>> typed("from -52.2 to 98 % of 3-4").replace(NBSP, "_")
      'from −52.2 to 98_% of 3-4'
    """
    return MINUS.sub("−", PERCENT.sub(f"{NBSP}%", text))


class Typography(SphinxPostTransform):
    """Applied when all glued values and references are texts."""

    default_priority = 900

    def run(self, **kwargs: object) -> None:
        for node in list(self.document.findall(nodes.Text)):
            text = node.astext()
            if "%" not in text and "-" not in text:
                continue
            above = node.parent
            while above is not None and not isinstance(above, LEFT):
                above = above.parent
            if above is None and (new := typed(text)) != text:
                node.parent.replace(node, nodes.Text(new))


def setup(app: Sphinx) -> dict:
    app.add_post_transform(Typography)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
