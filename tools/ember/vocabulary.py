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
# A word that the texts have so often is a token, as if they had it WORD_COPIES times.
COMMON = 20
WORD_COPIES = 1000
_RUN = re.compile(r"[A-Z]?[a-z]+")
_WORD = re.compile(r"[A-Z][a-z]+|[a-z]{2,}")


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


def train(texts, size, names, plurals):
    """`size` counts the control tokens, which come last.

    Every word of the texts and every one of `names`, the words that names are made of, is a token, the latter small and
    capitalized: what has to be copied most is copied in one step, and a word that training never uses as a name is
    spelled no longer than one that it does. `plurals` are their word and an ending. Letters are never merged with what
    stands before them: a name is the same tokens after a space, a bracket and a backtick. Only the words of sentences get
    a token of their own with the space. Those merges come last; so do the numbers from 10 to 99, which makes arithmetic
    easy.
    """
    texts = list(texts)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _pre_tokenizer(_words(before="", digits=1))
    numbers = [f"{number}" for number in range(10, 100)]
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(CONTROL_TOKENS) - SENTENCE_WORDS - len(numbers),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=20,
        show_progress=False,
    )
    forms = {form for name in names for form in (name.lower(), name.capitalize())}
    counts = Counter(run for text in texts for run in _RUN.findall(text))
    words = {word for word, count in counts.items() if count >= COMMON and word.lower() not in plurals}
    between = (_RUN.sub("a", text) for text in texts)
    tokenizer.train_from_iterator([*between, *sorted(forms | words) * WORD_COPIES], trainer)
    merges = [(number[0], number[1]) for number in numbers]
    merges += [(_SPACE, word) for word in _sentence_words(tokenizer, texts, forms)]
    return _with_rules(_with_merges(tokenizer, merges))


def from_parts(tokens, merges):
    """The tokenizer that a GGUF describes: its tokens without the control tokens, and its merges ("a b")."""
    vocabulary = {token: id for id, token in enumerate(tokens)}
    return _with_rules(Tokenizer(models.BPE(vocabulary, [tuple(merge.split(" ")) for merge in merges])))


def _with_rules(tokenizer):
    """o200k's pattern, as llama.cpp cuts for `gpt-4o`."""
    tokenizer.pre_tokenizer = _pre_tokenizer(_words(before=r"[^\r\n\p{L}\p{N}]?", digits=3))
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _sentence_words(tokenizer, texts, names):
    """The commonest words after a space that are one token, and, past the very commonest, that are no names."""
    vocabulary = tokenizer.get_vocab()
    counts = Counter(word for text in texts for word in re.findall(r"(?<= )[A-Za-z]+", text))
    words = [word for word, _ in counts.most_common() if word in vocabulary and len(word) > 1 and word not in names]
    return words[:SENTENCE_WORDS]


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

    def words(self):
        """The ids of all tokens of letters alone, with or without a capital, two at least."""
        return [id for id, token in enumerate(self.spelled()) if _WORD.fullmatch(token)]

    def merges(self):
        return [merge if isinstance(merge, str) else " ".join(merge) for merge in json.loads(self.tokenizer.to_str())["model"]["merges"]]


def save(tokenizer, path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))
