"""Words to ask about: pairs for analogies, ends of axes, occupations, kinds of words.

Page: ``book/embeddings.md``.  Public names: :mod:`sbt_jax.embeddings`.
The lists are our own. Every word is one word of GloVe's table.
"""

from collections.abc import Sequence
from itertools import permutations

from sbt_jax import checks
from sbt_jax.world import words as world_words

# ruff: noqa: SIM905 - words in a row are read and counted more easily


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    ends = text.split()
    return tuple(zip(ends[::2], ends[1::2], strict=True))


#: Pairs of words with the same relation, by its name.
RELATIONS = {
    "capitals": _pairs(
        "france paris italy rome japan tokyo germany berlin spain madrid greece athens"
        " russia moscow china beijing england london egypt cairo austria vienna"
        " portugal lisbon sweden stockholm norway oslo finland helsinki denmark"
        " copenhagen poland warsaw hungary budapest romania bucharest bulgaria sofia"
        " serbia belgrade croatia zagreb ukraine kiev turkey ankara iran tehran iraq"
        " baghdad syria damascus lebanon beirut jordan amman afghanistan kabul pakistan"
        " islamabad nepal kathmandu bangladesh dhaka thailand bangkok vietnam hanoi"
        " indonesia jakarta philippines manila taiwan taipei australia canberra canada"
        " ottawa cuba havana peru lima chile santiago venezuela caracas colombia bogota"
        " uruguay montevideo kenya nairobi uganda kampala zimbabwe harare libya tripoli"
        " tunisia tunis morocco rabat algeria algiers senegal dakar ghana accra nigeria"
        " abuja ireland dublin belgium brussels switzerland bern latvia riga estonia"
        " tallinn lithuania vilnius georgia tbilisi armenia yerevan azerbaijan baku"
    ),
    "family": _pairs(
        "man woman king queen boy girl father mother son daughter brother sister uncle"
        " aunt nephew niece husband wife grandfather grandmother grandson"
        " granddaughter prince princess actor actress he she his her stepfather"
        " stepmother groom bride dad mom grandpa grandma policeman policewoman"
        " stepson stepdaughter himself herself duke duchess"
    ),
    "plurals": _pairs(
        "dog dogs cat cats car cars house houses tree trees bird birds horse horses"
        " eye eyes hand hands book books street streets river rivers cloud clouds"
        " banana bananas apple apples bottle bottles building buildings computer"
        " computers dollar dollars donkey donkeys dream dreams eagle eagles elephant"
        " elephants finger fingers goat goats lion lions machine machines melon melons"
        " monkey monkeys onion onions pear pears pig pigs pineapple pineapples rat rats"
        " road roads snake snakes cow cows city cities country countries lady ladies"
        " story stories child children man men woman women mouse mice foot feet"
        " tooth teeth goose geese wife wives knife knives wolf wolves"
    ),
    "past tense": _pairs(
        "go went see saw take took give gave come came make made say said think thought"
        " know knew find found feel felt keep kept leave left lose lost buy bought"
        " bring brought sell sold tell told write wrote speak spoke break broke fly"
        " flew run ran sing sang swim swam drink drank eat ate fall fell sit sat sleep"
        " slept fight fought teach taught catch caught win won walk walked talk talked"
        " play played look looked work worked jump jumped listen listened dance danced"
        " move moved open opened"
    ),
}

#: Pairs from *he* to *she*: their mean difference is the axis of gender.
GENDER = _pairs(
    "he she man woman boy girl father mother son daughter brother sister male female"
    " his her himself herself"
)
#: Words that have a gender by their meaning, to test that axis with.
GENDERED = _pairs(
    "king queen uncle aunt husband wife prince princess actor actress grandfather"
    " grandmother nephew niece groom bride gentleman lady duke duchess"
)
OCCUPATIONS = tuple(
    "accountant architect artist attorney baker banker barber butcher carpenter chef"
    " cleaner clerk coach cook dancer dentist designer doctor driver economist editor"
    " electrician engineer farmer firefighter gardener hairdresser janitor journalist"
    " judge lawyer lecturer librarian mechanic miner musician nurse painter pharmacist"
    " philosopher photographer physician physicist pilot plumber poet principal"
    " professor programmer psychologist receptionist reporter scientist secretary"
    " singer soldier surgeon tailor teacher therapist veterinarian writer".split()
)
#: Occupations that in the United States are mostly held by women, or by men. These
#: lists are our own, from what is commonly known, and follow no one table.
HELD_BY = {
    "women": tuple(
        "nurse secretary receptionist hairdresser veterinarian librarian therapist"
        " psychologist teacher cleaner".split()
    ),
    "men": tuple(
        "carpenter electrician mechanic plumber miner firefighter pilot engineer"
        " driver farmer".split()
    ),
}
#: Words that the figures' examples begin with.
EXAMPLE_WORDS = tuple(
    "cheap expensive small big tame wild poor rich left right europe asia cold hot"
    " music bank river money tiger rabbit whale ant bear wolf hamster sparrow shark"
    " sushi wine guitar violin drum piano bicycle yacht limousine bus villa tent"
    " palace cottage champagne beer bread caviar golf boxing chess fisherman nanny"
    " waiter".split()
)


def analogies(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Every question that pairs of one relation allow, with its answer.

    Args:
      pairs: Such as *france paris* and *italy rome*.

    Returns:
      ``a``, ``b``, ``c`` and the answer to :math:`a - b + c`.

    Raises:
      TypeError: If a pair is one string.
      ValueError: If there are not two pairs, or one has not two words.

    Example:
      >>> analogies([("france", "paris"), ("italy", "rome")])[0]
      ('paris', 'france', 'italy', 'rome')
    """
    if len(pairs) < 2:
        raise ValueError(f"pairs must hold two or more, got {len(pairs)}")
    for pair in pairs:
        if len(checks.words("pairs", pair)) != 2:
            raise ValueError(f"pairs must have two words each, got {pair!r}")
    return [(y, x, c, d) for (x, y), (c, d) in permutations(pairs, 2)]


def needed_words() -> list[str]:
    """Every word that the lists here use, once.

    Example:
      >>> len(needed_words()) > 400
      True
    """
    pairs = [*GENDER, *GENDERED, *(p for of in RELATIONS.values() for p in of)]
    words = [word for pair in pairs for word in pair]
    return list(dict.fromkeys([*words, *OCCUPATIONS, *EXAMPLE_WORDS]))


def story_groups() -> dict[str, tuple[str, ...]]:
    """Kinds of words of the story world, as its tables have them.

    Returns:
      Words by kind. A word of two kinds is in neither.

    Example:
      >>> story_groups()["days"][:2]
      ('Monday', 'Tuesday')
    """
    groups = {
        "people": tuple("king queen man woman prince princess boy girl".split()),
        "girls": world_words.GIRLS,
        "boys": world_words.BOYS,
        "surnames": world_words.SURNAMES,
        "animals": list(world_words.ANIMALS),
        "places": list(world_words.PLACES),
        "towns": world_words.TOWNS,
        "trades": world_words.TRADES,
        "things": world_words.OBJECTS,
        "days": world_words.DAYS,
        "numbers": world_words.NUMBERS[2:10],
    }
    every = [word for words in groups.values() for word in words]
    return {
        kind: tuple(word for word in words if every.count(word) == 1)
        for kind, words in groups.items()
    }
