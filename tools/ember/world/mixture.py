"""How often each kind of case comes, and a stream of them."""

from random import Random

from . import code, lookup, talk
from .words import Words

MIXTURE = [
    (code.explain, 20),
    (code.fix, 13),
    (code.edit, 10),
    (talk.hearth, 7),
    (talk.outside, 2),
    (talk.arithmetic, 14),
    (talk.memory, 10),
    (lookup.tools, 13),
    (lookup.passages, 11),
    (code.raw, 8),
]


def cases(seed, held_out=False):
    """Never ends. The same seed gives the same cases."""
    random = Random(seed)
    words = Words(random, held_out)
    makers, weights = zip(*MIXTURE)
    while True:
        yield random.choices(makers, weights)[0](words, random)


def held_out_cases(kind, count, seed=7):
    """Cases of one row of the score table, with names that training never shows."""
    found = []
    for case in cases(f"{kind} {seed}", held_out=True):
        if case.kind == kind:
            found.append(case)
            if len(found) == count:
                return found


KINDS = ("explain", "fix", "edit", "hearth", "arithmetic", "memory", "tools", "passages", "raw")
