"""What rows of several chapters share."""


def same(python, *cases, more=()):
    """Cases that both sides take; JavaScript gets ``more``, Python's constants."""
    return [((*case, *more), python(*case)) for case in cases]


def each(python, *values, more=()):
    return same(python, *((value,) for value in values), more=more)


CHANCES = [0.0, 1e-9, 0.00049, 0.0005, 0.00099, 0.001, 0.0456, 0.125, 0.9994, 0.9996]
CHANCES += [1.0]
