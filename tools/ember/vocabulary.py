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
SENTENCE_WORDS = 350
# Of these, so many whatever names begin with: sentences are full of them.
COMMONEST_WORDS = 60
_RUN = re.compile(r"[A-Z]?[a-z]+")


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


def train(texts, size, names, made_up):
    """`size` counts the control tokens, which come last.

    `names`, the words that may stand for anything, are left out, so that one seen in training is spelled from the same
    pieces as one that never is; `made_up` are examples of what else names begin with. Letters are never merged with what
    stands before them: a name is the same tokens after a space, a bracket and a backtick, and copying it is copying.
    Only the words of sentences get a token of their own with the space. Those merges come last, and mostly for words that
    no name begins with: they take whole words or nothing. So do the numbers from 10 to 99, which makes arithmetic easy.
    """
    names = {name.lower() for name in names}
    texts = [_RUN.sub(lambda run: "" if run[0].lower() in names else run[0], text) for text in texts]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _pre_tokenizer(_words(before="", digits=1))
    numbers = [f"{number}" for number in range(10, 100)]
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(CONTROL_TOKENS) - SENTENCE_WORDS - len(numbers),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=20,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    merges = [(number[0], number[1]) for number in numbers]
    merges += [(_SPACE, word) for word in _sentence_words(tokenizer, texts, {*names, *made_up})]
    tokenizer = _with_merges(tokenizer, merges)
    tokenizer.pre_tokenizer = _pre_tokenizer(_words(before=r"[^\r\n\p{L}\p{N}]?", digits=3))
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _sentence_words(tokenizer, texts, names):
    """The commonest words after a space that are one token, and, past the very commonest, that no name begins with."""
    vocabulary = tokenizer.get_vocab()
    beginnings = {tokenizer.encode(form).tokens[0] for name in names for form in (name, name.capitalize())}
    counts = Counter(word for text in texts for word in re.findall(r"(?<= )[A-Za-z]+", text))
    words = [word for word, _ in counts.most_common() if word in vocabulary and len(word) > 1]
    rest = [word for word in words[COMMONEST_WORDS:] if word not in beginnings]
    return [*words[:COMMONEST_WORDS], *rest][:SENTENCE_WORDS]


def _with_merges(tokenizer, merges):
    state = json.loads(tokenizer.to_str())
    for left, right in merges:
        state["model"]["vocab"][left + right] = len(state["model"]["vocab"])
        state["model"]["merges"].append([left, right])
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
