"""Ember's tokenizer: byte-level BPE of its own, cut into words as gpt-oss's is, so that llama.cpp's `gpt-4o` rules fit."""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from harmony import CONTROL_TOKENS

_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_CONTRACTION = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?"
_SPACE = "Ġ"
# How many words of sentences get a token that has the space before them.
SENTENCE_WORDS = 400


def _words(before, digits):
    """o200k's pattern has `before` = one character that is no letter, and `digits` = 3."""
    return Regex(
        "|".join(
            [
                f"{before}{_UPPER}*{_LOWER}+{_CONTRACTION}",
                f"{before}{_UPPER}+{_LOWER}*{_CONTRACTION}",
                rf"\p{{N}}{{1,{digits}}}",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                r"\s*[\r\n]+",
                r"\s+(?!\S)",
                r"\s+",
            ]
        )
    )


def _pre_tokenizer(words):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(words, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def train(texts, size, names):
    """`size` counts the control tokens, which come last; `names` are the words that may stand for anything.

    Letters are never merged with what stands before them, so that a name is the same tokens after a space, a bracket
    and a backtick, and copying it is copying. Only the words of sentences get a token of their own with the space,
    and those merges come last: they take whole words or nothing. Digits are learnt one by one, which makes arithmetic
    possible.
    """
    texts = list(texts)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _pre_tokenizer(_words(before="", digits=1))
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(CONTROL_TOKENS) - SENTENCE_WORDS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=20,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer = _with_sentence_words(tokenizer, texts, {name.lower() for name in names})
    tokenizer.pre_tokenizer = _pre_tokenizer(_words(before=r"[^\r\n\p{L}\p{N}]?", digits=3))
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _with_sentence_words(tokenizer, texts, names):
    state = json.loads(tokenizer.to_str())
    vocabulary, merges = state["model"]["vocab"], state["model"]["merges"]
    counts = Counter(word for text in texts for word in re.findall(r"(?<= )[A-Za-z]+", text))
    wanted = [word for word, _ in counts.most_common() if word in vocabulary and len(word) > 1 and word.lower() not in names]
    for word in wanted[:SENTENCE_WORDS]:
        vocabulary[_SPACE + word] = len(vocabulary)
        merges.append([_SPACE, word])
    return Tokenizer.from_str(json.dumps(state))


class Vocabulary:
    """From segments to tokens and back."""

    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(str(path))
        self.plain = self.tokenizer.get_vocab_size()
        self.special = {token: self.plain + index for index, token in enumerate(CONTROL_TOKENS)}
        self._special_texts = {id: token for token, id in self.special.items()}

    @property
    def size(self):
        return self.plain + len(CONTROL_TOKENS)

    def encode_text(self, text):
        return self.tokenizer.encode(text).ids

    def encode(self, segments):
        out = []
        for segment in segments:
            if "special" in segment:
                out.append(self.special[segment["special"]])
            else:
                out += self.encode_text(segment["text"])
        return out

    def decode(self, ids):
        out, held = "", []
        for id in [*ids, None]:
            if id is not None and id < self.plain:
                held.append(id)
                continue
            out += self.tokenizer.decode(held) if held else ""
            held = []
            out += self._special_texts.get(id, "")
        return out

    def spelled(self):
        """Every token in GPT-2's spelling of bytes, in the order of ids, the control tokens last."""
        by_id = {id: token for token, id in self.tokenizer.get_vocab().items()}
        return [by_id[id] for id in range(self.plain)] + CONTROL_TOKENS

    @lru_cache
    def pieces(self):
        """The tokens of small letters alone, two at least."""
        return [token for token in self.spelled() if len(token) > 1 and token.isascii() and token.isalpha() and token.islower()]

    def merges(self):
        return [merge if isinstance(merge, str) else " ".join(merge) for merge in json.loads(self.tokenizer.to_str())["model"]["merges"]]


def save(tokenizer, path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))
