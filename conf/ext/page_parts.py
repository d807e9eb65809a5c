"""What a page is made of beside text and cells: see CONTRIBUTING.md.

``drawings``: the map of the machine and diagrams; ``folds``: what is closed at first,
and the section of a real model; ``boxes``: questions, things to remember; ``quiz``.
"""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict:
    for name in ("elements", "drawings", "folds", "boxes", "quiz"):
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
