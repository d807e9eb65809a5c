"""Chapter 13 in the published model: capitals of countries, some of them invented."""

import random
from typing import Any

import numpy as np

from sbt_jax import real
from sbt_jax.recipes.real.reading import Reader, ids_of, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: how sure it is of capitals, of countries that do not exist too."
READS = ("model",)
#: Countries with their capitals: such as everybody names, and such as few do.
KNOWN = {
    "France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid",
    "Japan": "Tokyo", "China": "Beijing", "Russia": "Moscow", "Egypt": "Cairo",
    "Greece": "Athens", "Portugal": "Lisbon", "Ireland": "Dublin", "Cuba": "Havana",
    "Austria": "Vienna", "Poland": "Warsaw", "Sweden": "Stockholm", "Norway": "Oslo",
    "Kenya": "Nairobi", "Peru": "Lima", "Thailand": "Bangkok", "Hungary": "Budapest",
}  # fmt: skip
RARE = {
    "Bhutan": "Thimphu", "Kyrgyzstan": "Bishkek", "Vanuatu": "Port Vila",
    "Burkina Faso": "Ouagadougou", "Eritrea": "Asmara", "Malawi": "Lilongwe",
    "Tajikistan": "Dushanbe", "Tonga": "Nuku'alofa", "Togo": "Lomé",
    "Moldova": "Chisinau", "Palau": "Ngerulmud", "Lesotho": "Maseru",
    "Brunei": "Bandar Seri Begawan", "Suriname": "Paramaribo", "Gabon": "Libreville",
    "Djibouti": "Djibouti", "Comoros": "Moroni", "Kiribati": "Tarawa",
    "Mauritania": "Nouakchott", "Botswana": "Gaborone",
}  # fmt: skip
#: Countries that there are not.
INVENTED = (
    "Valdoria", "Kestrania", "Ombrovia", "Taluria", "Zembria", "Norlavia",
    "Quessia", "Brelandia", "Marudan", "Sorvakia", "Elbonistan", "Pelluria",
)  # fmt: skip
OPTIONS = 4
SHOWN = 40  # tokens of an answer
END = "<|im_end|>"
#: Words of an answer that says that there is no such country, or that it cannot know.
DOUBTS = (
    "not a real", "not a recognized", "fictional", "does not exist", "doesn't exist",
    "no such", "don't know", "do not know", "not aware", "not familiar", "I'm sorry",
    "not exist", "imaginary", "unable",
)  # fmt: skip


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    groups = {
        name: list(countries)[: sizes.most]
        for name, countries in (
            ("known", KNOWN),
            ("rare", RARE),
            ("invented", INVENTED),
        )
    }
    rows = {
        name: run.remembered(
            f"hallucinations-{name}", [countries, OPTIONS], chosen, reader, countries
        )
        for name, countries in groups.items()
    }
    said = {
        name: run.remembered(
            f"hallucinations-said-{name}",
            [countries, DOUBTS, min(SHOWN, sizes.written)],
            *(asked, reader, countries, min(SHOWN, sizes.written)),
        )
        for name, countries in groups.items()
    }
    return {"options": OPTIONS, "rows": rows, "said": said}


def options(country: str) -> list[str]:
    """The capitals to choose from, the right one first if there is one.

    Example:
      >>> len(options("France")), options("France")[0], len(set(options("Valdoria")))
      (4, 'Paris', 4)
    """
    both = KNOWN | RARE
    rng = random.Random(country)
    right = [both[country]] if country in both else []
    # The others are of the same kind: rare among rare ones.
    pool = RARE if country in RARE else KNOWN
    others = [capital for capital in pool.values() if capital not in right]
    return right + rng.sample(others, OPTIONS - len(right))


def chosen(reader: Reader, countries: list[str]) -> list[dict[str, Any]]:
    """What the model gives each capital, together 1, in a plain sentence."""
    this = reader()
    rows = []
    for country in countries:
        start = ids_of(this, f"The capital of {country} is")
        nats = []
        for capital in options(country):
            own = ids_of(this, f" {capital}.")
            log_p = real.log_probs(this.model, this.config, [*start, *own])
            places = np.arange(len(start) - 1, len(start) - 1 + len(own))
            nats.append(float(log_p[places, own].sum()))
        p = np.exp(np.array(nats) - max(nats))
        share = p / p.sum()
        rows.append(
            {
                "country": country,
                "capital": options(country)[int(share.argmax())],
                "sure": round(float(share.max()), 4),
                "right": bool(country in KNOWN | RARE and share.argmax() == 0),
            }
        )
    return rows


def asked(reader: Reader, countries: list[str], shown: int) -> list[dict[str, Any]]:
    """What it answers in its own template, always the likeliest token."""
    this = reader()
    prompts = [
        real.chat(this.tokenizer, f"What is the capital of {country}?")
        for country in countries
    ]
    stop = this.tokenizer.special_ids[END]
    answers = write_together(this, prompts, shown, stop=stop)
    both = KNOWN | RARE
    found = []
    for country, answer in zip(countries, answers, strict=True):
        text = decode(this.tokenizer, answer)
        found.append(
            {
                "country": country,
                "said": text,
                "right": bool(both.get(country) and both[country] in text),
                "doubts": any(words in text for words in DOUBTS),
            }
        )
    return found
