"""What the page needs of its hidden cells and a reader of the notebook does not.

A page glues numbers into its text and checks what it says; in a notebook the numbers
stand in the text already. So those statements go, with what only they used, and a cell
of which nothing is left goes as well.
"""

import ast
import re
from collections.abc import Sequence

SAID = {"glue", "tell", "require"}
SOURCES = {"myst_nb", "sbt_jax.pages"}


def is_said(statement: ast.stmt, hidden: bool) -> bool:
    """Whether a statement is for the page alone."""
    if isinstance(statement, ast.Assert):
        return hidden
    if isinstance(statement, ast.ImportFrom):
        return statement.module in SOURCES and all(
            one.name in SAID for one in statement.names
        )
    if isinstance(statement, ast.For | ast.If | ast.With):
        return all(is_said(one, hidden) for one in statement.body)
    value = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    name = function.attr if isinstance(function, ast.Attribute) else function
    return (name.id if isinstance(name, ast.Name) else name) in SAID


def used(statement: ast.AST) -> set[str]:
    """The names that a statement reads."""
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    loaded = {n.id for n in names if not isinstance(n.ctx, ast.Store)}
    return loaded | (stored if isinstance(statement, ast.AugAssign) else set())


def made(statement: ast.stmt) -> set[str] | None:
    """The names that a statement makes, if that is all that it does."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = getattr(statement, "targets", None) or [statement.target]  # type: ignore[union-attr]
        nodes = [node for target in targets for node in ast.walk(target)]
        if any(isinstance(n, ast.Attribute | ast.Subscript) for n in nodes):
            return None
        return {n.id for n in nodes if isinstance(n, ast.Name)}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names = {(a.asname or a.name).split(".")[0] for a in statement.names}
        return None if "*" in names else names
    return None


def narrowed(statement: ast.stmt, needed: set[str]) -> ast.stmt:
    """An import of the names that are needed only."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        wanted = [
            a
            for a in statement.names
            if a.name == "*" or (a.asname or a.name).split(".")[0] in needed
        ]
        if wanted and len(wanted) < len(statement.names):
            statement.names = wanted
            return ast.parse(ast.unparse(statement)).body[0]
    return statement


def thinned(cells: Sequence[tuple[str, bool]]) -> list[str]:
    """The code of each cell, without what only the page needs.

    Args:
      cells: Code, and whether the page hides all of the cell.

    Returns:
      As many codes; of a cell that goes, an empty one.

    Example:
      >>> thinned([("x = 2\\ny = 3\\ntell({'y': str(y)})", True), ("x", False)])
      ['x = 2', 'x']
    """
    needed: set[str] = set()
    out: list[str] = []
    for source, hidden in reversed(cells):
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a magic: every word of it may be a name
            needed |= set(re.findall(r"\w+", source))
            out.append(source)
            continue
        kept: list[ast.stmt] = []
        gone: list[ast.stmt] = []
        for statement in reversed(tree.body):
            names = made(statement)
            idle = hidden and names is not None and not names & needed
            if is_said(statement, hidden) or idle:
                gone.append(statement)
                continue
            needed |= used(statement)
            kept.append(narrowed(statement, needed) if hidden else statement)
        kept.reverse()
        out.append(rewritten(source, kept) if hidden else without(source, gone))
    return out[::-1]


def rewritten(source: str, statements: list[ast.stmt]) -> str:
    """These statements as they were written, or anew where they were narrowed."""
    lines = []
    for one in statements:
        text = ast.get_source_segment(source, one)
        same = text and ast.dump(ast.parse(text).body[0]) == ast.dump(one)
        lines.append(text if text and same else ast.unparse(one))
    return "\n".join(lines)


def without(source: str, statements: list[ast.stmt]) -> str:
    lines = source.splitlines()
    for one in statements:
        for at in range(one.lineno - 1, one.end_lineno or one.lineno):
            lines[at] = ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
