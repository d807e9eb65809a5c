"""Small inputs of every figure, one module a chapter.

``FIGURES`` of a module: how to draw each figure of that chapter small, and what its
line must say then, which is what JAX or NumPy find. The contracts check them all;
the chapter's own tests use the same inputs.
"""

import importlib
import pkgutil


def all_figures():
    """The rows of all chapters, by chapter and builder."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        part = importlib.import_module(f"{__name__}.{module.name}")
        found |= getattr(part, "FIGURES", {})
    return found
