"""What Python and the browser both say, one module a chapter.

Of each module: ``ROWS``, the arguments that both sides take and what Python says, by
the file and name of the browser's function; ``CODES``, a few words of code for a
function that takes or gives what JSON does not hold; ``NEAR``, how near is near where
one side computes in single precision or on int8 weights.
"""

import importlib
import pkgutil


def all_rows():
    """``ROWS``, ``CODES`` and ``NEAR`` of all chapters."""
    found = {"ROWS": {}, "CODES": {}, "NEAR": {}}
    for module in pkgutil.iter_modules(__path__):
        part = importlib.import_module(f"{__name__}.{module.name}")
        for name, rows in found.items():
            rows |= getattr(part, name, {})
    return tuple(found.values())
