"""How often each kind of case comes, and a stream of them."""

from random import Random

from . import code, drills, lookup, talk
from .case import SHOUT, RawCase
from .words import Words

MIXTURE = [
    (code.explain, 20),
    (code.fix, 14),
    (code.edit, 11),
    (talk.hearth, 5),
    (talk.outside, 2),
    (talk.arithmetic, 12),
    (talk.memory, 10),
    (lookup.tools, 13),
    (lookup.passages, 14),
    (code.raw, 8),
]
DRILLS = [(drills.arithmetic, 6), (drills.copying, 6), (drills.lookup, 5)]


def cases(seed, mixture=MIXTURE, held_out=False, pieces=()):
    """Never ends. The same seed (and `pieces`, see `Words`) gives the same cases."""
    random = Random(seed)
    words = Words(random, held_out, pieces)
    makers, weights = zip(*mixture)
    while True:
        yield random.choices(makers, weights)[0](words, random)


def held_out_cases(kind, count, seed=7):
    """Cases of one row of the score table, with names that training never shows. Upper case is the adapter's row."""
    found = []
    for case in cases(f"{kind} {seed}", held_out=True):
        if case.kind == kind and (isinstance(case, RawCase) or case.prompt["instructions"] != SHOUT):
            found.append(case)
            if len(found) == count:
                return found


KINDS = ("explain", "fix", "edit", "hearth", "arithmetic", "memory", "tools", "passages", "raw")
