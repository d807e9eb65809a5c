"""What XLA is told where most of the time is compiling.

With fewer passes it takes half as long, and with the emitters of before a third of
that. What runs is slower, and the same.
"""

from importlib.metadata import version

QUICK = "--xla_backend_optimization_level=0"
if tuple(map(int, version("jaxlib").split(".")[:2])) >= (0, 8):  # others know no such
    QUICK += " --xla_cpu_use_fusion_emitters=false"
