"""The small book with one page more, which has every part that a page can have."""

from pathlib import Path

from small_book import Tree

PAGE = (Path(__file__).parent / "parts_page.md").read_text(encoding="utf8")
DRAWINGS = '''"""Drawings of the small book."""

from sbt_jax.viz.parts.diagram import flow


def two_steps() -> str:
    """From text to vectors."""
    steps = ["text", ("tokens", "pieces of words"), "vectors"]
    return flow(steps, lit="tokens")
'''
BY_HAND = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 80">
<defs><marker id="tip"><path d="M0 0L4 2L0 4"/></marker></defs>
<rect class="box" x="10" y="10" width="100" height="60" rx="7"/>
<text x="60" y="45" font-size="13" text-anchor="middle">by hand</text>
<path class="arrow moving" marker-end="url(#tip)" d="M112 40H300"/></svg>
"""


def add_page(tree: Tree, text: str = PAGE) -> None:
    """Write the page and what it draws into a tree."""
    viz = tree.path / "src" / "sbt_jax" / "viz"
    (tree.path / "book" / "parts.md").write_text(text, encoding="utf8")
    (viz / "drawings.py").write_text(DRAWINGS, encoding="utf8")
    (viz / "alpha").mkdir(exist_ok=True)
    (viz / "alpha" / "by_hand.svg").write_text(BY_HAND, encoding="utf8")
    tree.edit("book/index.md", "also: [plain,", "also: [parts, plain,")
    name = ".. py:data:: two_steps\n   :canonical: sbt_jax.viz.drawings.two_steps\n"
    lines = f"\n```{{eval-rst}}\n.. py:module:: sbt_jax.viz.drawings\n\n{name}```\n"
    tree.append("book/api.md", lines)
