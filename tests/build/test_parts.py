"""A page with every part that a page can have: built, as a notebook, in a browser."""

import re
import shutil

import nbformat
import pytest
from bs4 import BeautifulSoup
from parts_book import PAGE, add_page
from playwright.sync_api import sync_playwright
from small_book import Tree

from browser.conftest import FLAGS, find_chromium


@pytest.fixture(scope="module")
def tree(planted, tmp_path_factory, bytecode):
    """The small book with that page, built by two processes."""
    folder = shutil.copytree(planted, tmp_path_factory.mktemp("parts") / "tree")
    tree = Tree(folder, bytecode)
    add_page(tree)
    tree.build("-j", "2")
    return tree


@pytest.fixture(scope="module")
def page(tree):
    return BeautifulSoup(tree.html("parts"), "html.parser").find("article")


# ---- What is built -------------------------------------------------------------


def test_a_fold_is_closed_and_holds_cells_figures_formulas_and_mechanisms(page):
    fold = page.select_one("details#fold-here.sbt-fold.sbt-deeper")
    assert not fold.has_attr("open")
    assert fold.summary.get_text(" ", strip=True).startswith("Going deeper:")
    assert fold.summary.select_one("span.math")
    text = fold.get_text()
    assert "Before it three letters stand in the fold." in text
    assert "a hidden cell ran 3" in text
    for inside in (
        "figure#fig-parts-bars .sbt-figure",
        "#equation-eq-parts",
        ".sbt-mechanism",
        "details.hide",
        "details.sbt-measured",
    ):
        assert fold.select_one(inside), inside
    assert "are elsewhere" not in text


def test_what_is_in_a_fold_is_numbered_and_referred_to(page):
    links = {a["href"]: a.get_text() for a in page.select("p > a.reference.internal")}
    assert links["#fig-parts-drawn"] == "Figure 1"
    assert links["#fig-parts-bars"] == "Figure A"
    assert links["#equation-eq-parts"] == "(A)"
    assert "#fold-here" in links


def test_words_alone_may_stand_inside_the_directive(page):
    (fold,) = [x for x in page.select(".sbt-fold") if "Words alone" in x.summary.text]
    assert fold.select_one(".sbt-fold-body").get_text(strip=True) == (
        "Words may stand inside."
    )


def test_the_real_model_has_its_section_and_the_page_goes_on_after_it(tree, page):
    (real,) = page.select(".sbt-real")
    assert real.parent.h2.get_text().startswith("A real model does it, too")
    assert "real 2" in real.get_text()
    assert "SmolLM2-135M-Instruct, run by the functions of this book" in real.get_text()
    assert real.select_one(".sbt-fold")
    assert "After the section." not in real.get_text()
    assert 'href="#a-real-model-does-it-too"' in tree.html("parts").split("<article")[1]


def test_drawings_are_in_the_page_with_their_description(page):
    drawn = page.select(".sbt-diagram")
    assert len(drawn) == 3
    assert "You are here: attention." in drawn[0].figcaption.get_text()
    assert len(drawn[0].select("svg")) == 2
    for one in drawn[1:]:
        assert one.svg["role"] == "img"
        assert one.svg["aria-label"].endswith(".")
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len({*ids})


def test_a_quiz_reads_without_javascript(page):
    quiz, _ = page.select(".sbt-quiz")
    assert [x["data-right"] for x in quiz.select("li[data-right]")] == [
        "no",
        "yes",
        "no",
    ]
    assert "Two, and three is not" in quiz.get_text()
    answer = quiz.select_one("details.sbt-quiz-answer")
    assert not answer.has_attr("open")
    assert "B is right." in answer.get_text()
    assert "Count three fingers less one." in answer.get_text()


def test_questions_and_things_to_remember_have_their_boxes(page):
    questions = page.select(".sbt-questions dt")
    assert [q.get_text() for q in questions][1] == "Does it cost much?"
    assert len(page.select(".sbt-remember li")) == 3


def test_the_notebook_has_every_part_and_no_directive(tree):
    file = tree.path / "_build" / "html" / "notebooks" / "parts.ipynb"
    notebook = nbformat.read(file, as_version=4)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    assert "```{" not in text
    assert text.count("](data:image/svg+xml;base64,") == 3
    for part in (
        "**Going deeper: Why divide by",
        "**How we measured: Words alone**\n\nWords may stand inside.",
        "**In a real model: Its heads look back**",
        "**Check yourself:** What is $1 + 1$?\n\n- A. `three`\n- B. *Two*",
        "- **B is right.** Count three fingers less one.",
        "**Does it cost much?**\n\nIt does.",
        "**Three things to remember**\n\n1. One thing.",
    ):
        assert part in text, part


def test_only_what_is_open_is_reading_time():
    import chapters

    text = chapters.open_text(PAGE)
    assert "Before it" not in text
    assert "A fold in a fold" not in text
    assert "After the section." in text
    assert "It does. Every word" in text
    assert "A fold in a fold" in PAGE


def test_what_follows_a_fold_is_reading_time_again():
    import chapters

    fold = "```{deeper} More\n```\n\nthree\n\n```{end-fold}\n```\n"
    page = f"# A\n\none\n\n{fold}\ntwo\n\n```{{mechanism}} a.b\n```\n\nfour\n"
    assert chapters.prose(page).split() == ["#", "A", "one", "two", "four"]


# ---- What the build refuses -----------------------------------------------------

BROKEN = {
    "a fold without an end": (
        "```{deeper} A\n```\n\nText.\n",
        r"\{deeper\} is not ended by \{end-fold\}",
    ),
    "an end without a fold": ("```{end-fold}\n```\n", r"\{end-fold\} ends nothing"),
    "a heading in a fold": (
        "```{measured} A\n```\n\n## B\n\n```{end-fold}\n```\n",
        r"a part cannot hold a heading",
    ),
    "the wrong end": (
        "```{real} A\n```\n\n```{end-fold}\n```\n",
        r"\{end-fold\} ends nothing",
    ),
    "a diagram without words": ("```{diagram} alpha/by_hand\n```\n", "needs `:alt:`"),
    "a diagram that is not there": (
        "```{diagram} nothing\n:alt: x\n```\n",
        "there is no",
    ),
    "a part that is not on the map": (
        "```{machine-map}\n:lit: engine\n```\n",
        "the map has no part 'engine'",
    ),
    "a quiz with two right answers": (
        "```{quiz}\nWhy?\n\n- [x] a\n\n  b\n\n- [x] c\n\n  d\n```\n",
        "one of them marked",
    ),
    "an option without its reason": (
        "```{quiz}\nWhy?\n\n- [x] a\n- [ ] c\n```\n",
        "stands why it is",
    ),
    "two things to remember": ("```{remember}\n- a\n- b\n```\n", "got 2"),
    "questions that are a text": ("```{questions}\nWhy?\n```\n", "questions, each a"),
}


def test_every_fault_of_a_part_is_told_with_its_line(fresh):
    header = PAGE.split("(ch-parts)=")[0]
    for i, (text, _) in enumerate(BROKEN.values()):
        page = f"{header}# Page {i}\n\n{text}"
        (fresh.path / "book" / f"broken{i}.md").write_text(page, "utf8")
        fresh.edit("book/index.md", "also: [", f"also: [broken{i}, ")
    built = fresh.build(good=False)
    assert built.code
    for i, (what, (_, told)) in enumerate(BROKEN.items()):
        assert re.search(rf"broken{i}\.md:\d+: .*{told}", built.log), what


# ---- In a browser ------------------------------------------------------------------

SIZES = """() => [...document.querySelectorAll(".sbt-diagram text")]
  .filter((text) => text.getClientRects().length)
  .map((text) => Math.round(10 * parseFloat(text.getAttribute("font-size"))
    * text.getScreenCTM().a) / 10)"""
OUTSIDE = """() => [...document.querySelectorAll(".sbt-map svg text")]
  .filter((text) => {
    const [a, b] = [text, text.closest("svg")].map((el) => el.getBoundingClientRect())
    return a.width && (a.left < b.left || a.right > b.right || a.bottom > b.bottom)
  }).map((text) => text.textContent)"""


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tree):
    """``visit(anchor, …)`` opens the page from its folder; it must stay quiet."""
    said, contexts = [], []

    def visit(anchor="", width=1280, **options):
        size = {"width": width, "height": 800}
        context = chromium.new_context(viewport=size, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "console", lambda m: m.type in ("error", "warning") and said.append(m.text)
        )
        file = tree.path / "_build" / "html" / "parts.html"
        page.goto(f"{file.as_uri()}{anchor}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not said


def test_a_link_to_something_in_a_fold_opens_it_and_its_figure_is_drawn(visit):
    page = visit()
    figure = page.locator("#fig-parts-bars .sbt-figure")
    assert not page.locator("#fold-here").evaluate("(fold) => fold.open")
    page.wait_for_timeout(500)
    assert figure.get_attribute("data-state") is None, "nothing is drawn unseen"
    page.get_by_role("link", name="Figure A").first.click()
    page.locator("#fig-parts-bars [data-root-id], .sbt-mount").first.wait_for()
    page.wait_for_function(
        "document.querySelector('#fig-parts-bars .sbt-figure').dataset.state"
        " === 'mounted'"
    )
    assert page.locator("#fold-here").evaluate("(fold) => fold.open")
    box = page.locator("#fig-parts-bars .sbt-mount").bounding_box()
    assert box["width"] > 500
    assert box["height"] > 250


def test_the_same_link_opens_a_fold_again(visit):
    page = visit("#equation-eq-parts")
    is_open = "document.querySelector('#fold-here').open"
    page.wait_for_function(is_open)
    page.locator("#fold-here > summary").click()
    page.wait_for_function(f"!{is_open}")
    page.locator("a[href='#equation-eq-parts']").first.click()
    page.wait_for_function(is_open)


def test_printing_opens_folds_and_closes_them_again(visit):
    page = visit()
    closed = "document.querySelectorAll('.sbt-fold:not([open])').length"
    before = page.evaluate(closed)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(closed) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(closed) == before > 0


def test_a_quiz_is_answered_by_the_keyboard_and_says_why(visit):
    page = visit()
    quiz, other = page.locator(".sbt-quiz").all()
    said = quiz.get_by_role("status")
    assert not quiz.get_by_text("Count three fingers").first.is_visible()
    quiz.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    assert said.inner_text().startswith("Not quite. No: three is")
    assert said.locator("mjx-container").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert said.inner_text() == "Right. Count three fingers less one."
    pressed = [
        b.get_attribute("aria-pressed") for b in quiz.get_by_role("button").all()
    ]
    assert pressed == ["false", "true", "false"]
    assert other.get_by_role("status").inner_text() == "Pick an answer."
    assert quiz.get_attribute("aria-labelledby") != other.get_attribute(
        "aria-labelledby"
    )


def test_a_quiz_reads_in_a_browser_without_javascript(visit):
    page = visit(java_script_enabled=False)
    quiz = page.locator(".sbt-quiz").first
    assert quiz.get_by_role("button").count() == 0
    quiz.get_by_text("Show the answer").click()
    assert quiz.get_by_text("B is right.").is_visible()


@pytest.mark.parametrize("width", [1280, 700, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_can_be_read_and_nothing_is_wider_than_the_page(visit, width, scheme):
    page = visit(width=width, color_scheme=scheme)
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 30
    assert min(sizes) >= 11
    assert page.locator(".sbt-map svg:visible").count() == 1
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found_in_the_parts(visit, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    page.locator(".sbt-quiz button").first.click()
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, context="article", options=options).response
    serious = [
        (rule["id"], node["html"][:200])
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
    assert not serious
