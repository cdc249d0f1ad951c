"""Ember's tokenizer: byte-level BPE of its own, cut into words as gpt-oss's is, so that llama.cpp's `gpt-4o` rules fit."""

from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from harmony import CONTROL_TOKENS

_LETTERS = r"[^\r\n\p{L}\p{N}]?"
_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_CONTRACTION = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?"


def _words(digits):
    """o200k's pattern. Digits come in threes there; ours are learnt one by one, which makes arithmetic possible."""
    return Regex(
        "|".join(
            [
                f"{_LETTERS}{_UPPER}*{_LOWER}+{_CONTRACTION}",
                f"{_LETTERS}{_UPPER}+{_LOWER}*{_CONTRACTION}",
                rf"\p{{N}}{{1,{digits}}}",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                r"\s*[\r\n]+",
                r"\s+(?!\S)",
                r"\s+",
            ]
        )
    )


def _pre_tokenizer(digits):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_words(digits), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def train(texts, size):
    """`size` counts the control tokens, which come last."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _pre_tokenizer(digits=1)
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(CONTROL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=20,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.pre_tokenizer = _pre_tokenizer(digits=3)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


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

    def merges(self):
        import json

        return [merge if isinstance(merge, str) else " ".join(merge) for merge in json.loads(self.tokenizer.to_str())["model"]["merges"]]


def save(tokenizer, path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))
