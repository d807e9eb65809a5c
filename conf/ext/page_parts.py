"""What a page is made of beside text and cells: see CONTRIBUTING.md.

``drawings``: the map of the machine and diagrams; ``folds``: what is closed at first,
and the section of a real model; ``boxes``: questions, things to remember; ``quiz``;
``spaces``: numbers keep their signs.
"""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict:
    for name in ("elements", "drawings", "folds", "boxes", "quiz", "spaces"):
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
