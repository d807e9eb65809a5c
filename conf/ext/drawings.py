"""``{machine-map}`` and ``{diagram}``: drawings in the page, which follow its theme.

A diagram is a file ``viz/<slug>/<name>.svg``, or what a function of the package
returns. It is checked before it stands on a page: no scripts, nothing from elsewhere,
letters that a phone can show.
"""

import ast
import base64
import html
import importlib.util
import inspect
import re
from pathlib import Path
from typing import ClassVar

from chapters import contents
from docutils import nodes
from docutils.parsers.rst import directives
from elements import made
from execution_cache import SOURCES, imported, module_file, reached
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

VIZ = SOURCES / "sbt_jax" / "viz"
PHONE, LEAST, WIDEST = 328, 11, 720  # pixels
ACTIVE = re.compile(
    r"<(script|foreignObject|image|iframe|style)\b|\son\w+\s*=|javascript:|@import",
    re.I,
)
OUTSIDE = re.compile(r"""(?:href|src)\s*=\s*["'](?!#)|url\(\s*["']?(?!["']?#)""")
SIZED = re.compile(r"""font-size(?:=["']|:\s*)([\d.]+)""")


def faults(svg: str) -> list[str]:
    """What keeps a drawing from a page."""
    found = []
    box = re.search(r'viewBox="([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"', svg)
    if not re.match(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<svg\b", svg, re.S):
        found.append("it is no SVG")
    if active := ACTIVE.search(svg):
        found.append(f"it may not hold {active[0].strip()!r}")
    if outside := OUTSIDE.search(svg):
        found.append(f"it may not reach outside: {outside[0]!r}")
    if not box:
        return [*found, "it needs a viewBox of four numbers"]
    width = float(box[3])
    if width > WIDEST:
        found.append(f"it is {width:g} wide, {WIDEST} is the most")
    least = LEAST * max(1.0, width / PHONE)
    sizes = [float(size) for size in SIZED.findall(svg)]
    small = [size for size in sizes if size < least]
    if small:
        found.append(
            f"letters of {min(small):g} are too small for a phone: at a width of"
            f" {width:g} they need {least:.1f}"
        )
    if "<text" in svg and not sizes:
        found.append("its texts need a font-size")
    return found


def inlined(svg: str, prefix: str, alt: str) -> str:
    """A drawing as a part of a page: its own ids, its description, its width."""
    svg = re.sub(r"^.*?(?=<svg\b)", "", svg, count=1, flags=re.S)
    svg = re.sub(r"""\bid=(["'])""", rf"id=\g<1>{prefix}-", svg)
    svg = re.sub(r"""(href=["']#|url\(["']?#)""", rf"\g<1>{prefix}-", svg)
    head = re.match(r"<svg\b[^>]*>", svg)
    assert head is not None
    kept = re.sub(
        r"""\s(width|height|role|style|aria-label)=(".*?"|'.*?')""", "", head[0]
    )
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+)', kept)
    assert box is not None
    extra = f' style="max-width:{float(box[1]):g}px"'
    if alt:
        extra += f' role="img" aria-label="{html.escape(alt, quote=True)}"'
    return f"{kept[:-1]}{extra}>{svg[head.end() :]}"


def made_by(file: Path, module: str, name: str) -> tuple[str, list[Path]]:
    """What a function draws, and the files behind it.

    The module is read alone: its chapter's other figures need JAX, which takes long.
    """
    spec = importlib.util.spec_from_file_location(module, file)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    function = getattr(loaded, name, None)
    if not inspect.isfunction(function):
        raise ValueError(f"{module} has no function {name}")
    names = imported(ast.parse(file.read_text(encoding="utf8")))
    return str(function()), sorted({file, *reached(names)})


def drawn(target: str, slug: str) -> tuple[str, list[Path]]:
    """The SVG of a file or of a function, and what it depends on.

    Raises:
      ValueError: If there is none, or it may not stand on a page.
    """
    if target.startswith("sbt_jax."):
        module, _, name = target.rpartition(".")
        file = module_file(module)
        if file is None:
            raise ValueError(f"{module} is no module of this package")
        svg, files = made_by(file, module, name)
    else:
        folder, _, name = target.rpartition("/")
        file = VIZ / (folder or slug) / f"{name}.svg"
        if not file.is_file():
            raise ValueError(f"there is no {file.relative_to(SOURCES)}")
        svg, files = file.read_text(encoding="utf8"), [file]
    if wrong := faults(svg):
        raise ValueError(f"{target}: {'; '.join(wrong)}")
    return svg, files


def standing_alone(svg: str, alt: str) -> str:
    """A drawing as an image of Markdown, with the style sheet's colours inside."""
    sheet = Path(__file__).parents[1] / "_static" / "parts.css"
    colours, rules = sheet.read_text(encoding="utf8").split("/* -- Diagrams", 1)
    rules = rules.split("*/", 1)[1].split("/* -- End", 1)[0]
    kit = (VIZ / "kit" / "kit.css").read_text(encoding="utf8")
    light = "".join(css.split("html[")[0] for css in (kit, colours))
    style = f"<style>{light}svg {{ background: var(--sbt-paper) }}{rules}</style>"
    svg = re.sub(r"^.*?(?=<svg\b)", "", svg, count=1, flags=re.S)
    head, rest = re.split(r"(?<=>)", svg, maxsplit=1)
    inside = rest.rpartition("</svg>")[0]
    svg = f'{head}{style}<g class="sbt-diagram">{inside}</g></svg>'
    data = base64.b64encode(svg.encode()).decode()
    alt = re.sub(r"[\[\]\n]", " ", alt)
    return f"![{alt}](data:image/svg+xml;base64,{data})"


def as_markdown(name: str, target: str, body: str, slug: str) -> str:
    """What a notebook shows of a drawing: an image, and its caption."""
    found = dict(re.findall(r"^:([a-z-]+): *([^\n]*(?:\n +[^\n]+)*)", body, re.M))
    if name == "machine-map":
        from sbt_jax.viz.parts import machine_map as drawing

        lit = [x.strip() for x in found.get("lit", slug).split(",")]
        wide, _ = drawing.machine_map(lit)
        return standing_alone(wide, drawing.described(lit))
    svg, _ = drawn(target, slug)
    caption = re.sub(r"^:[a-z-]+:[^\n]*\n(?: +[^\n]+\n)*", "", body, flags=re.M)
    image = standing_alone(svg, " ".join(found.get("alt", "").split()))
    return f"{image}\n\n{caption.strip()}".strip()


class Diagram(SphinxDirective):
    """A drawing of the package, by its file's name or its function's."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "alt": directives.unchanged_required,
        "name": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        alt = " ".join(self.options.get("alt", "").split())
        if not alt:
            raise self.error("a diagram needs `:alt:`, which says what it shows")
        try:
            svg, files = drawn(self.arguments[0], self.env.docname)
        except ValueError as error:
            raise self.error(f"diagram: {error}") from error
        for file in files:
            self.env.note_dependency(str(file))
        prefix = f"d{self.env.new_serialno('sbt-diagram')}"
        picture = nodes.raw("", inlined(svg, prefix, alt), format="html")
        figure = nodes.figure("", picture, classes=["sbt-diagram"])
        self.set_source_info(figure)
        if self.content:
            caption, *rest = self.parse_content_to_nodes()
            if rest or not isinstance(caption, nodes.paragraph):
                raise self.error("the caption of a diagram is one paragraph")
            figure += nodes.caption("", "", *caption.children)
        elif "name" in self.options:
            raise self.error("a diagram with a name needs a caption")
        self.add_name(figure)
        return [figure]


class MachineMap(SphinxDirective):
    """The map of the machine, with this chapter's part lit."""

    option_spec: ClassVar[OptionSpec] = {"lit": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        from sbt_jax.viz.parts import machine_map as drawing

        lit = [x.strip() for x in self.options.get("lit", self.env.docname).split(",")]
        links = {
            chapter["slug"]: drawing.Link(
                f"Chapter {chapter['n']}, {chapter['title']}",
                f"{chapter['slug']}.html" if chapter["status"] == "written" else "",
            )
            for chapter in contents(self.env.srcdir).get("chapters", [])
        }
        try:
            pictures = drawing.machine_map(lit, links)
            alt, here = drawing.described(lit), " and ".join(drawing.known(lit))
        except ValueError as error:
            raise self.error(f"machine-map: {error}") from error
        for file in reached([drawing.__name__]):
            self.env.note_dependency(str(file))
        looks = zip(("wide", "tall"), pictures, strict=True)
        shown = [
            inlined(svg, "map", "").replace("<svg ", f'<svg class="sbt-map-{look}" ', 1)
            for look, svg in looks
        ]
        # A group, not an image: the links inside are for everybody.
        both = made(
            *("div", nodes.raw("", "".join(shown), format="html")),
            classes="sbt-map-drawing",
            role="group",
            aria_label=alt,
        )
        caption = made(
            "figcaption", nodes.Text("The map of the machine. You are here: ")
        )
        caption += [nodes.strong("", here), nodes.Text(".")]
        figure = made("figure", both, caption, classes="sbt-diagram sbt-map")
        self.set_source_info(figure)
        return [figure]


def setup(app: Sphinx) -> dict:
    app.add_directive("diagram", Diagram)
    app.add_directive("machine-map", MachineMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
