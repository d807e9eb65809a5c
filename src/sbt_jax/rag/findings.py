"""What was measured for chapter 10, in the words of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.numbers import count, percent, span
from sbt_jax.published.rag import RAG

Table = Mapping[str, Any]
FIVE = "5"  # topics that are looked at


def findings(table: Table) -> dict[str, str]:
    """Of ``read_table("rag")``: shares of topics found, chunk sizes, the limit."""
    recall = table["recall"]
    found = {
        f"{group}_{search}": percent(recall[group][search][FIVE][0])
        for group in recall
        for search in recall[group]
    }
    for group in recall:
        for search in recall[group]:
            _, low, high = recall[group][search][FIVE]
            found[f"{group}_{search}_span"] = f"{100 * low:.0f} to {percent(high)}"
    found |= {
        f"asked_{group}": count(len(row["queries"]))
        for group, row in table["places"].items()
    }
    plain = {row["size"]: row for row in table["grid"] if row["share"] == 0}
    small, large = min(plain), max(plain)
    found |= {
        "small": count(small),
        "large": count(large),
        "small_found": percent(plain[small]["BM25"]),
        "large_found": percent(plain[large]["BM25"]),
        "budget": count(table["budget"]),
        "docs_size": count(table["size"]),
        "docs_overlap": count(table["overlap"]),
    }
    return found | {
        f"limit_{width}": count(row["most"]) for width, row in table["limit"].items()
    }


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold."""
    recall = table["recall"]
    high = {g: {s: recall[g][s][FIVE] for s in recall[g]} for g in recall}
    words, other, signs = (high[g] for g in ("keywords", "paraphrases", "symbols"))
    grid = table["grid"]
    plain = {row["size"]: row["BM25"] for row in grid if row["share"] == 0}
    half = {row["size"]: row["BM25"] for row in grid if row["share"] == 0.5}
    return {
        "words find words": words["BM25"][1] > words["dense"][2],
        "words find signs better": signs["BM25"][1] > signs["dense"][2],
        "mixing and judging do not help there": max(
            words["hybrid"][0], words["reranked"][0]
        )
        < words["BM25"][0],
        "other words are hard for words": other["BM25"][2] < words["BM25"][1],
        "there the two cannot be told apart": other["dense"][1] < other["BM25"][0]
        and other["BM25"][1] < other["dense"][0] < other["BM25"][2],
        "most found in other words is still below half": max(
            row[0] for row in other.values()
        )
        < 0.5,
        "small chunks find more": plain[min(plain)] > plain[max(plain)] + 0.1,
        "overlap costs room": sum(half[s] <= plain[s] for s in plain) >= len(plain) - 1,
        "the limit grows": table["limit"]["3"]["most"] == 4
        and table["limit"]["2"]["most"] == 3
        and table["limit"]["4"]["most"] >= 10,
    }


def by_number(runs: Sequence[Table]) -> dict[int, tuple[float, float]]:
    """By number of notes: right where one answers, refused where none does."""
    found = {}
    for many in sorted(runs[0], key=int):
        places = [place for run in runs for place in run[many]["places"]]
        absent = sum(run[many]["absent"] for run in runs)
        said = sum(run[many]["said so"] for run in runs)
        right = sum(ok for _, ok in places) / sum(n for n, _ in places)
        found[int(many)] = (right, said / max(absent, 1))
    return found


def reading_findings(table: Table) -> dict[str, str]:
    """Of ``read_table("rag_reading")``: the reader alone, and after a search."""
    read = by_number(table["by number"])
    many = max(read)
    told = table["contradicted"]
    asked = sum(run["asked"] for run in told)

    def share(key: str) -> str:
        return percent(sum(run[key] for run in told) / asked)

    whole = table["whole"]
    total = sum(run["asked"] for run in whole)

    def of(search: str, most: int, key: str) -> float:
        return sum(run[search][str(most)][key] for run in whole) / total

    missed = [
        (run[s][m]["said so"], run["asked"] - run[s][m]["found"])
        for run in whole
        for s in ("dense",)
        for m in ("1",)
    ]
    return {
        "read_one": percent(read[1][0]),
        "read_many": percent(read[many][0]),
        "many": count(many),
        "refused_many": percent(read[many][1]),
        "refused_one": percent(read[1][1]),
        "told_reader": share("told"),
        "remembered_reader": share("remembered"),
        "told_asked": count(asked),
        "library": count(whole[0]["notes"]),
        "whole_asked": count(total),
        **{
            f"{key}_{search}_{most}": percent(of(search, most, key))
            for search in ("BM25", "dense", "hybrid")
            for most in (1, 2, 10)
            for key in ("found", "right")
        },
        "missed_said": percent(
            sum(a for a, _ in missed) / max(sum(b for _, b in missed), 1)
        ),
    }


def reading_claims(table: Table) -> dict[str, bool]:
    """What the page says of the reader, and whether it holds."""
    read = by_number(table["by number"])
    many = max(read)
    whole = table["whole"]
    total = sum(run["asked"] for run in whole)

    def of(search: str, most: int, key: str) -> float:
        return sum(run[search][str(most)][key] for run in whole) / total

    told = table["contradicted"]
    return {
        "one note is read": read[1][0] > 0.95,
        "many are read worse": read[many][0] < read[1][0],
        "the note wins over memory": all(
            run["told"] > 0.9 * run["asked"] for run in told
        ),
        "two notes find more than one": of("BM25", 2, "found") > of("BM25", 1, "found"),
        "more notes, more found": of("dense", 10, "found") > of("dense", 1, "found"),
        "three notes are all found, and answered": of("BM25", 3, "right") > 0.98,
        "vectors blur names": of("dense", 10, "found") < 0.15,
        "refusing gets harder": read[many][1] < read[1][1] - 0.1,
        "found is not yet answered": of("BM25", 10, "right")
        < of("BM25", 10, "found") - 0.02,
    }


def real_findings(table: Table) -> dict[str, str]:
    """Of ``read_table("real_rag")``: what the published model reads."""
    right = real_shares(table)
    nothing = table["nothing"]
    told = [row for row in table["contradicted"] if row["told"] in row["with"]]
    kept = [row for row in table["contradicted"] if row["remembered"] in row["with"]]
    return {
        **{f"real_{many}": percent(share) for many, share in right.items()},
        "real_asked": count(table["asked"]),
        "real_refused": count(sum(row["refused"] for row in nothing)),
        "real_named": count(sum(bool(row["named"]) for row in nothing)),
        "real_nothing": count(len(nothing)),
        "real_told": count(len(told)),
        "real_kept": count(len(kept)),
        "real_contradicted": count(len(table["contradicted"])),
        "real_said": nothing[0]["said"].split(" and ")[0],
        "real_wanted": nothing[0]["question"],
    }


def real_shares(table: Table) -> dict[int, float]:
    """By number of notes: how often it names the right town and no other."""
    return {
        int(many): sum(row["named"] == [row["right"]] for row in rows) / len(rows)
        for many, rows in sorted(table["notes"].items(), key=lambda one: int(one[0]))
    }


def real_claims(table: Table) -> dict[str, bool]:
    """What the page says of the published model, and whether it holds."""
    right = real_shares(table)
    return {
        "it reads one note mostly": right[1] >= 0.75,
        "it reads many badly": right[max(right)] <= 0.25,
        "each more is worse": list(right.values())
        == sorted(right.values(), reverse=True),
        "it never says that it does not know": not any(
            row["refused"] for row in table["nothing"]
        ),
    }


def quoted() -> dict[str, str]:
    """What others published, as the page says it.

    Example:
      >>> quoted()["legal"], quoted()["saved"]
      ('17 to 33 %', '67 %')
    """
    recall = RAG["limit_recall"].value
    return {
        "legal": span(RAG["legal"].value, percent),
        "saved": percent(RAG["contextual_less"].value[-1]),
        "limit_bm25": percent(recall["BM25"]),
        "limit_dense": percent(recall["single vectors, at most"]),
        **{f"critical_{width}": count(n) for width, n in RAG["critical"].value.items()},
    }


def case_claims(said: Mapping[str, str], mains: Mapping[str, str]) -> dict[str, bool]:
    """What the page says of the prepared passages, and whether it holds.

    Args:
      said: What the reader says, by the name of a case.
      mains: How *main* goes on.
    """
    about_maya = [text for name, text in mains.items() if name != "not of its world"]
    return {
        "the reader follows the passage": "Kirby" in said["against its memory"],
        "it says that nobody told": said["nobody tells"] == "Nobody told me.",
        "another Maya leads it astray": "Kirby" in said["nobody tells, but nearly"],
        "main remembers, whatever it reads": all("Redhill" in t for t in about_maya),
    }
