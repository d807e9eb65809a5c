"""The child of the sandbox: sets its own limits, then runs code that it distrusts.

Started by ``sandbox`` as a program of its own; imports nothing
of ours, so that there is nothing to find in its memory.
"""

import ast
import builtins
import importlib
import itertools
import json
import math
import os
import re
import resource
import sys
import types

SAFE = (
    *("abs", "all", "any", "bin", "bool", "chr", "dict", "divmod", "enumerate"),
    *("filter", "float", "frozenset", "hash", "hex", "int", "isinstance", "iter"),
    *("len", "list", "map", "max", "min", "next", "ord", "pow", "print", "range"),
    *("repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple"),
    *("zip", "Exception", "ValueError", "TypeError", "KeyError", "IndexError"),
    *("ZeroDivisionError", "StopIteration", "RuntimeError", "AssertionError"),
    "RecursionError",
)
# Read attributes named in a text, or lead from a frame to everything.
HIDDEN = re.compile(r"_|(gi|cr|ag|f|tb|co)_|format$|format_map$|mro$|with_traceback$")
#: What may be imported, and of each only this: modules lead to other modules.
MODULES = {
    "math": [name for name in dir(math) if name[0] != "_"],
    "itertools": [name for name in dir(itertools) if name[0] != "_"],
    "functools": ["reduce", "cache", "lru_cache", "partial", "cmp_to_key"],
    "collections": ["Counter", "defaultdict", "deque", "OrderedDict"],
    "string": ["ascii_lowercase", "ascii_uppercase", "ascii_letters", "digits"],
    "re": ["match", "search", "fullmatch", "findall", "sub", "split"],
}


class RefusedError(Exception):
    """The code asks for what it may not have."""


def look(source: str) -> ast.Module:
    """The code as a tree in which nothing forbidden is named."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        for name in names:
            if name not in MODULES:
                raise RefusedError(f"it may not import {name}")
        words = [getattr(node, key, None) for key in ("attr", "id", "arg")]
        words += getattr(node, "kwd_attrs", [])
        if isinstance(node, ast.ImportFrom):
            words += [alias.name for alias in node.names]
        for word in words:
            if isinstance(word, str) and HIDDEN.match(word):
                raise RefusedError(f"it may not use {word[:40]}")
    return tree


def limit(seconds: float, megabytes: int) -> None:
    """Take away time, memory, files and further processes, for good."""
    whole = max(1, int(seconds + 0.999))
    with open("/proc/self/statm", encoding="ascii") as pages:
        own = int(pages.read().split()[0]) * resource.getpagesize()
    room = own + megabytes * 2**20
    for what, most in (
        (resource.RLIMIT_CPU, whole),
        (resource.RLIMIT_AS, room),
        (resource.RLIMIT_FSIZE, 2**20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 4),
    ):
        resource.setrlimit(what, (most, most))


def bring(
    name: str,
    globals: object = None,
    locals: object = None,
    fromlist: object = (),
    level: int = 0,
) -> object:
    """What ``import`` gives: of a module what may be used, and no way to the rest."""
    if level or name not in MODULES:
        raise RefusedError(f"it may not import {name}")
    return PROXIES[name]


PROXIES = {
    name: types.SimpleNamespace(
        **{key: getattr(importlib.import_module(name), key) for key in keys}
    )
    for name, keys in MODULES.items()
}


def run(told: dict) -> tuple[str, str]:
    """Do what is told; the kind of its end, and the results."""
    own = {name: getattr(builtins, name) for name in SAFE}
    own |= {"__import__": bring, "__build_class__": builtins.__build_class__}
    own["print"] = lambda *_, **__: None
    space = {"__builtins__": own, "__name__": "solution"}
    try:
        tree = look(told["source"])
        limit(told["seconds"], told["megabytes"])
        exec(compile(tree, "<solution>", "exec"), space)
        solve = space.get("solve")
        if not callable(solve):
            return "failed", "it defines no solve"
        results = json.dumps([solve(value) for value in told["inputs"]])
    except RefusedError as error:
        return "refused", str(error)
    except MemoryError:
        return "too large", "it asked for too much memory"
    except SyntaxError as error:
        return "failed", f"SyntaxError: {error.msg}"
    except BaseException as error:  # whatever it raises, it is its own
        return "failed", f"{type(error).__name__}"[:80]
    if len(results) > 90_000:
        return "too large", "its results are too long"
    return "passed", results


def main() -> None:
    """Read what to do, do it, and write one line."""
    sys.setrecursionlimit(2000)
    told = json.loads(sys.stdin.buffer.read())
    found = run(told)
    os.write(1, json.dumps(found).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
