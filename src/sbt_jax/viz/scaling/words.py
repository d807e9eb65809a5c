"""Large numbers in words, as all figures of this chapter say them.

``spend.mjs`` mirrors both.
"""

UNITS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
GAP = "\N{NO-BREAK SPACE}"  # a number is not broken over two lines
HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def amount(number: float | int) -> str:
    """A large number with three digits, in words.

    Example:
      >>> amount(1.4e12), amount(134_515_008), amount(7.0)
      ('1.4 trillion', '135 million', '7')
    """
    short = float(f"{number:.3g}")
    for size, name in UNITS:
        if short >= size:
            return f"{float(f'{short / size:.3g}'):g} {name}"
    return f"{short:g}"


def power(number: float | int) -> str:
    """A very large number with two digits and a power of ten.

    Example:
      >>> power(3.14e23).replace(GAP, " ")
      '3.1 · 10²³'
    """
    digits, _, exponent = f"{number:.1e}".partition("e")
    return f"{digits}{GAP}·{GAP}10{str(int(exponent)).translate(HIGH)}"
