"""Makes Ember, step by step or all at once:

    python3 -m venv .cache/ember/venv && .cache/ember/venv/bin/pip install -r tools/ember/requirements.txt
    .cache/ember/venv/bin/python tools/ember/make.py all

Everything lands in `.cache/ember`. A step whose result is there already is not done again; training goes on where it
stopped. `make.py --help` lists the steps.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path

# The repository stays clean of compiled files.
sys.dont_write_bytecode = True
# Read when torch is loaded: threads that spin while they wait hold up everything on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import torch

import harmony
import lora
import train
import vocabulary as bpe
from compare import ROOT, compare
from convert import read_vocabulary, read_weights, write_gguf
from model import GptOss, Shape
from world.case import RawCase, shouting
from world.mixture import KINDS, cases, held_out_cases
from world.words import AMOUNTS, PEOPLE, PLACES, THINGS, plural

FOLDER = ROOT / ".cache/ember"
MODEL = "ember.gguf"
ADAPTER = "ember-upper-case.gguf"
FIXTURES = ROOT / "test/fixtures/ember"
FIXTURE_CASES = 40
VOCABULARY_SIZE = 4096
VOCABULARY_CASES = 40_000
# Tokens of a pool, at least: training that goes on from the shipped model meets none of its pools again.
SHORTEST_POOL = 150_000


def vocabulary(options):
    path = options.folder / "vocabulary.json"
    if not path.exists():
        names, plurals = [*THINGS, *AMOUNTS, *PEOPLE, *PLACES], set(map(plural, THINGS))
        bpe.save(bpe.train(_texts(VOCABULARY_CASES), VOCABULARY_SIZE, names, plurals), path)
    loaded = bpe.Vocabulary(path)
    print(f"vocabulary: {loaded.size} tokens")
    return loaded


def _texts(count):
    for case in islice(cases("vocabulary", held_out=None, made_up=0), count):
        if isinstance(case, RawCase):
            yield case.prefix + case.continuation
        else:
            segments = harmony.render(case.prompt) + harmony.completion(case.answer)
            yield from (segment["text"] for segment in segments if "text" in segment)


def check_layout(options):
    """Hearth's own renderer and llama.cpp's tokenizer make the same tokens of every prompt."""
    words = vocabulary(options)
    model = options.folder / "random.gguf"
    write_gguf(model, GptOss(Shape(vocabulary=words.size, layers=2)), words, "Random")
    rows = []
    for case in islice(cases("layout"), 1500):
        if isinstance(case, RawCase):
            rows.append({"text": case.prefix, "tokens": words.encode_text(case.prefix)})
            continue
        segments = harmony.render(case.prompt)
        rows.append({"prompt": case.prompt, "segments": segments, "tokens": words.encode(segments)})
    path = options.folder / "layout.json"
    path.write_text(json.dumps(rows))
    subprocess.run(["npx", "tsx", "tools/ember/check-layout.ts", str(model), str(path)], cwd=ROOT, check=True)


def check_architecture(options):
    """Random weights, with biases and sinks that matter: llama.cpp computes what PyTorch does."""
    words = vocabulary(options)
    torch.manual_seed(train.SEED)
    model = GptOss(Shape(vocabulary=words.size))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter += 0.3 * torch.randn_like(parameter)
    print(json.dumps(compare(model, words, _prompts(words), options.folder / "random.gguf"), indent=2))


def _prompts(words):
    """A held-out case of every kind, its answer included."""
    out = []
    for kind in KINDS:
        case = held_out_cases(kind, 1)[0]
        if isinstance(case, RawCase):
            out.append(words.encode_text(case.prefix + case.continuation))
        else:
            out.append(words.encode(harmony.render(case.prompt) + harmony.completion(case.answer)))
    return out


def go_on(options):
    """The shipped model as a checkpoint, to be trained further: its weights as the file holds them, nothing else."""
    source = ROOT / "models" / MODEL
    bpe.save(bpe.from_parts(*read_vocabulary(source)), options.folder / "vocabulary.json")
    model = GptOss(Shape(vocabulary=vocabulary(options).size))
    read_weights(source, model)
    train.save_checkpoint(options.folder, model, [], options.seen, 0, 0.0, next_pool=options.seen // SHORTEST_POOL)


def train_model(options):
    train.train(options.folder, vocabulary(options), options.tokens, options.batch)


def convert(options):
    path = options.folder / MODEL
    write_gguf(path, train.load(options.folder), vocabulary(options))
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


def check_conversion(options):
    words = vocabulary(options)
    report = compare(train.load(options.folder), words, _prompts(words), options.folder / MODEL)
    print(json.dumps(report, indent=2))


def adapter(options):
    """Trains the LoRA adapter over the finished model, writes it and compares the two together."""
    words = vocabulary(options)
    saved, path = options.folder / "adapter.pt", options.folder / ADAPTER
    model = train.load(options.folder)
    if saved.exists():
        lora.lay_over(model, saved)
    else:
        lora.train_adapter(model, words, options.batch, options.adapter_steps)
        lora.save(model, saved)
    lora.write_adapter(path, model)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    print(json.dumps(compare(model, words, _prompts(words), options.folder / MODEL, path), indent=2))


def evaluate(options):
    """Held-out cases through Hearth itself; needs `npm run build`."""
    _evaluate(options, options.folder / "held-out.json", [case for kind in KINDS for case in held_out_cases(kind, options.cases)])


def evaluate_adapter(options):
    """The same with the adapter, which answers in upper case."""
    found = [shouting(case) for kind in KINDS if kind != "raw" for case in held_out_cases(kind, options.cases)]
    _evaluate(options, options.folder / "held-out-upper-case.json", found, "--lora", options.folder / ADAPTER)


def ship(options):
    """The model and the adapter for `models/`, and fixed cases with their scores for the tests."""
    for name in (MODEL, ADAPTER):
        shutil.copy(options.folder / name, ROOT / "models" / name)
    found = [case for kind in KINDS for case in held_out_cases(kind, FIXTURE_CASES, seed=8)]
    _evaluate(options, FIXTURES / "held-out.json", found, "--scores", FIXTURES / "scores.json")


def _evaluate(options, path, found, *more):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(case) for case in found]))
    command = ["npx", "tsx", "tools/ember/evaluate.ts", options.folder / MODEL, path, *more]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


STEPS = {
    "vocabulary": vocabulary,
    "check-layout": check_layout,
    "check-architecture": check_architecture,
    "train": train_model,
    "convert": convert,
    "check-conversion": check_conversion,
    "adapter": adapter,
    "evaluate": evaluate,
    "evaluate-adapter": evaluate_adapter,
    "ship": ship,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=[*STEPS, "all", "go-on"])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--tokens", type=int, default=19_000_000, help="how many tokens to train on")
    parser.add_argument("--seen", type=int, default=98_000_000, help="how many tokens the shipped model has seen, for go-on")
    parser.add_argument("--batch", type=int, default=4_096, help="tokens of a training step")
    parser.add_argument("--cases", type=int, default=100, help="how many held-out cases of each kind")
    parser.add_argument("--adapter-steps", type=int, default=lora.STEPS)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    if options.step == "go-on":
        return go_on(options)
    for name in STEPS if options.step == "all" else [options.step]:
        STEPS[name](options)


main()
