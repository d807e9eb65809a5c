"""What the searches of the book see of a page."""

import pytest
import search_index


@pytest.mark.parametrize(
    ("tex", "typed"),
    [
        (r"-\infty", "-∞"),
        (r"\beta_1 \approx \sqrt{d}", "β_1 ≈ √d"),
        (r"\mathrm{idf}(w)", "idf(w)"),
        (r"T \to 0", "T → 0"),
        (r"\unknown{x}", "unknownx"),
        ("", ""),
    ],
)
def test_a_formula_is_found_as_one_would_type_it(tex, typed):
    assert search_index.formula_of(tex) == typed
