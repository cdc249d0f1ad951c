"""Cases as batches of tokens, each answer token weighted fully and each token of a prompt a little."""

from dataclasses import replace
from functools import lru_cache
from itertools import islice
from random import Random

import torch

import harmony
from world.case import DrillCase, RawCase, RowCase
from world.mixture import DRILLS, MIXTURE, ROWS, cases

POOL = 768
# Training begins with pools of drills alone: what they teach is what everything else is made of.
DRILL_POOLS = 3
# A prompt is read, not learnt; a little of its loss still teaches what code looks like.
PROMPT_WEIGHT = 0.02
IGNORED = 0.0


class Encoder:
    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        # Headers, questions and system messages come again and again.
        self.text = lru_cache(50_000)(lambda text: tuple(vocabulary.encode_text(text)))
        self.end_of_text = vocabulary.special["<|endoftext|>"]

    def segments(self, segments):
        out = []
        for segment in segments:
            if "special" in segment:
                out.append(self.vocabulary.special[segment["special"]])
            else:
                out += self.text(segment["text"])
        return out

    def case(self, case):
        """Tokens, and for each how much predicting it counts."""
        if isinstance(case, DrillCase):
            pieces = [(self.text(text), weight) for text, weight in case.parts]
            return [token for tokens, _ in pieces for token in tokens], [weight for tokens, weight in pieces for _ in tokens]
        if isinstance(case, RawCase):
            # The two are cut apart because a prompt for a continuation is.
            prefix, rest = list(self.text(case.prefix)), [*self.text(case.continuation), self.end_of_text]
            return prefix + rest, [0.3] * len(prefix) + [1.0] * len(rest)
        if isinstance(case, RowCase):
            return self.row(case.cases)
        prompt = self.segments(harmony.render(case.prompt))
        answer = self.segments(harmony.completion(case.answer))
        system = len(self.segments(harmony.render({**case.prompt, "messages": []})))
        weights = [IGNORED] * system + [PROMPT_WEIGHT] * (len(prompt) - system) + [1.0] * len(answer)
        return prompt + answer, weights


    def row(self, cases):
        """Only the first has a system message; each answer ends as if it were the last."""
        tokens, weights = [], []
        for case in cases:
            if tokens and not isinstance(case, RawCase):
                case = replace(case, prompt={**case.prompt, "system": "", "instructions": "", "tools": []})
            more, counts = self.case(case)
            tokens += more
            weights += counts
        return tokens, weights


def pools(encoder, seed, first, batch_tokens, change=lambda case: case):
    """Endless (pool, batches): the same seed and pool number give the same batches, so that training can resume."""
    number = first
    while True:
        mixture = DRILLS if number < DRILL_POOLS else [*MIXTURE, *ROWS, *DRILLS]
        source = cases(f"train {seed} {number}", mixture, pieces=encoder.vocabulary.pieces())
        encoded = sorted((encoder.case(change(case)) for case in islice(source, POOL)), key=lambda item: len(item[0]))
        yield number, _batches(encoded, batch_tokens, Random(f"{seed} {number}"))
        number += 1


def _batches(encoded, batch_tokens, random):
    """Cases of like length together; whatever is padded counts nothing."""
    batches, rows = [], []
    for item in encoded:
        # The new one is the longest.
        if rows and len(item[0]) * (len(rows) + 1) > batch_tokens:
            batches.append(_tensor(rows))
            rows = []
        rows.append(item)
    batches.append(_tensor(rows))
    random.shuffle(batches)
    return batches


def _tensor(rows):
    length = max(len(tokens) for tokens, _ in rows)
    tokens = torch.zeros(len(rows), length, dtype=torch.long)
    weights = torch.zeros(len(rows), length)
    for index, (row, weight) in enumerate(rows):
        tokens[index, : len(row)] = torch.tensor(row)
        weights[index, : len(row)] = torch.tensor(weight)
    return tokens, weights
