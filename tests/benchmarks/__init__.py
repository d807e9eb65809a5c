"""Speed and memory against peers, in one run, as ratios: ``nox -s bench``."""
