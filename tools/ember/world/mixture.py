"""How often each kind of case comes, and a stream of them."""

from random import Random

from . import code, drills, lookup, rows, talk
from .case import SHOUT, RawCase
from .words import Words

MIXTURE = [
    (code.explain, 20),
    (code.fix, 20),
    (code.edit, 11),
    (talk.hearth, 5),
    (talk.outside, 2),
    (talk.arithmetic, 4),
    (talk.memory, 5),
    (lookup.tools, 20),
    (lookup.passages, 18),
    (code.raw, 18),
]
ROWS = [(rows.conversations, 60), (rows.tools, 16), (rows.passages, 44), (rows.raw, 40)]
DRILLS = [
    (drills.arithmetic, 2),
    (drills.copying, 2),
    (drills.lookup, 3),
    (drills.operators, 4),
    (drills.repeating, 4),
    (drills.places, 24),
    (drills.explaining, 8),
    (drills.fixing, 14),
]


def cases(seed, mixture=MIXTURE, held_out=False, pieces=(), made_up=None):
    """Never ends. The same seed (and the same of `Words`) gives the same cases."""
    random = Random(seed)
    words = Words(random, held_out, pieces, made_up)
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
