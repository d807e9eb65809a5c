"""What JAX compiles is kept for the next run, as ccache does, and counted.

JAX compiles the same programs in each kernel and in each run of the tests. Its cache
of compiled programs is switched on for both, in the user's cache folder.
``SBT_COMPILE_CACHE=off`` switches it off; any other value is the folder to use.

No entry may change a result. So the folder is named after everything that programs
depend on beside their own text, and each entry carries a digest of itself and its key:
one that is cut short, damaged or from elsewhere is thrown away and made again.

Only the standard library until JAX itself is imported: kernels and tests load this too.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.abc
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: What XLA is told where most of the time is compiling. Fewer passes halve it, and what
#: is left falls to a third without the newer emitters. What runs is slower.
QUICK = "--xla_backend_optimization_level=0"
if tuple(map(int, importlib.metadata.version("jaxlib").split(".")[:2])) >= (0, 8):
    QUICK += " --xla_cpu_use_fusion_emitters=false"  # others do not know it

LIMIT = 1_000_000_000  # bytes; about a hundred times what the book needs
COMPILED = "/jax/core/compile/backend_compile_duration"
compilations = 0  # of this process, whether made or taken from the cache


def computer() -> str:
    """A digest of what compiled programs depend on: JAX and the processor."""
    versions = [importlib.metadata.version(name) for name in ("jax", "jaxlib")]
    processor = platform.processor()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf8").splitlines()
        words = ("model name", "flags", "Features", "CPU part")
        processor = "\n".join(sorted({x for x in lines if x.startswith(words)}))
    facts = [*versions, platform.machine(), platform.system(), processor]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:12]


def folder() -> Path | None:
    """Where compiled programs are kept; None if they are not."""
    chosen = os.environ.get("SBT_COMPILE_CACHE", "")
    if chosen == "off":
        return None
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = Path(chosen).absolute() if chosen else caches / "sbt-jax" / "jax"
    return place / computer()


def prepare() -> None:
    """Switch the cache on for this process and those that it starts, or off."""
    if "SBT_COMPILE_CACHE" not in os.environ and (
        "JAX_COMPILATION_CACHE_DIR" in os.environ
    ):
        return  # somebody has a cache of their own
    try:
        place = folder()
        if place:
            place.mkdir(parents=True, exist_ok=True)
            shrink(place)
    except (OSError, RuntimeError):  # no home, or nothing can be written there
        place = None
    settings: dict[str, Any] = {"jax_enable_compilation_cache": bool(place)}
    if place:
        settings["jax_compilation_cache_dir"] = str(place)
        settings["jax_persistent_cache_min_compile_time_secs"] = 0.0
    os.environ |= {name.upper(): str(value) for name, value in settings.items()}
    if jax := sys.modules.get("jax"):  # it has read its environment already
        for name, value in settings.items():
            jax.config.update(name, value)


def shrink(place: Path, limit: int = LIMIT) -> None:
    """Remove what was not used for longest, until the rest fits well."""
    found = []
    for file in place.parent.glob("*/*"):
        with contextlib.suppress(OSError):
            facts = file.stat()
            found.append((facts.st_mtime, facts.st_size, file))
    size = sum(bytes_ for _, bytes_, _ in found)
    if size <= limit:
        return
    for _, bytes_, file in sorted(found):
        if size <= limit // 2:
            break
        with contextlib.suppress(OSError):
            file.unlink()
        size -= bytes_


class Checked:
    """JAX's cache in a folder, in which every entry vouches for itself."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def _file(self, key: str) -> Path:
        return self._path / f"{key}.program"

    def get(self, key: str) -> bytes | None:
        """The entry, or None if there is none or it is not what was put there."""
        file = self._file(key)
        try:
            content = file.read_bytes()
        except OSError:
            return None
        mark, value = content[:32], content[32:]
        with contextlib.suppress(OSError):
            if mark != hashlib.sha256(key.encode() + value).digest():
                file.unlink()
                return None
            os.utime(file)  # in use: `shrink` takes others first
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep the entry; it is there as a whole or not at all."""
        mark = hashlib.sha256(key.encode() + value).digest()
        with contextlib.suppress(OSError):  # a full disk costs time, nothing else
            handle, name = tempfile.mkstemp(dir=self._path)
            try:
                with open(handle, "wb") as stream:
                    stream.write(mark + value)
                os.replace(name, self._file(key))
            except BaseException:
                os.unlink(name)
                raise


def when_imported() -> None:
    """Count what JAX compiles, and give it the cache that checks."""
    import jax
    from jax._src import compilation_cache

    def count(event: str, duration: float, **_: Any) -> None:
        global compilations
        compilations += event == COMPILED

    jax.monitoring.register_event_duration_secs_listener(count)
    compilation_cache.get_file_cache = lambda path: (Checked(path), path)


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls ``when_imported`` as soon as JAX is there, and not before."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != "jax":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec and spec.loader:
            run = spec.loader.exec_module

            def exec_module(module: Any) -> None:
                run(module)
                when_imported()

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def watch() -> None:
    """Count and check in this process, whether JAX is imported or not."""
    warnings.filterwarnings("ignore", "Error (reading|writing) persistent compilation")
    if "jax" in sys.modules:
        when_imported()
    else:
        sys.meta_path.insert(0, AfterImport())


def begin(file: str) -> None:
    """In a kernel: write what it has spent into ``file`` after each cell."""
    from IPython import get_ipython

    def write(*_: Any) -> None:
        spent = {"processor": time.process_time(), "compilations": compilations}
        Path(file).write_text(json.dumps(spent), encoding="utf8")

    watch()
    get_ipython().events.register("post_run_cell", write)


def setup(app: Sphinx) -> dict:
    prepare()
    return {"parallel_read_safe": True, "parallel_write_safe": True}
