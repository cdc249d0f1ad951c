"""Trains Ember: a fixed seed, a checkpoint every ten minutes, and a last phase with the experts rounded to MXFP4."""

import json
import math
import time
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as F

from batches import Encoder, pools
from model import GptOss, Shape
from muon import Muon

SEED = 120
CHECKPOINT_SECONDS = 600
LOG_STEPS = 20
WARM_UP = 0.01
# Steps that optimizers without a memory need before they know how large a step may be.
FIRST_STEPS = 100
# From here on the experts are trained as the file will hold them.
ROUNDED_FROM = 0.95
MATRIX_RATE = 0.02
OTHER_RATE = 0.003
IMBALANCE_WEIGHT = 0.02
LARGEST_GRADIENT = 1.0


def device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def loss_of(model, tokens, weights):
    """The weighted mean over what is to be predicted."""
    targets, counts = tokens[:, 1:], weights[:, 1:]
    wanted = counts > 0
    with torch.autocast(tokens.device.type, torch.bfloat16):
        logits = model.output(model.hidden(tokens)[:, :-1][wanted])
    losses = F.cross_entropy(logits.float(), targets[wanted], reduction="none")
    counts = counts[wanted]
    return (losses * counts).sum() / counts.sum()


def optimizers_of(model):
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        inner = parameter.dim() >= 2 and name.startswith("layers.") and "bias" not in name and "router" not in name
        (matrices if inner else others).append(parameter)
    return [Muon(matrices, MATRIX_RATE, weight_decay=0.01), torch.optim.AdamW(others, OTHER_RATE, (0.9, 0.95), weight_decay=0.0)]


def keep_rows(weight, rows):
    """These rows never learn: a word that is never the right one would be pushed to where nothing can say it, and one
    that is often right to where it is said too easily. As they begin, all words are alike, and copying one is copying any."""
    rows = torch.tensor(rows, device=weight.device)
    weight.register_hook(lambda gradient: gradient.index_fill(0, rows, 0.0))


def rate(progress):
    """Up quickly, level for a fifth of the way, then evenly down to nothing."""
    return min(progress / WARM_UP, 1.0, 1.25 * (1 - progress))


def train(folder, vocabulary, token_budget, batch_tokens, shape=None, seed=SEED):
    """Goes on from the folder's checkpoint if there is one; returns the model."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    torch.manual_seed(seed)
    shape = shape or Shape(vocabulary=vocabulary.size)
    model = GptOss(shape).to(device())
    keep_rows(model.output.weight, vocabulary.words())
    optimizers = optimizers_of(model)
    seen, steps, seconds, first_pool, gentle = 0, 0, 0.0, 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device(), weights_only=True)
        model.load_state_dict(state["model"])
        for optimizer, values in zip(optimizers, state["optimizers"]):
            optimizer.load_state_dict(values)
        gentle = 0 if state["optimizers"] else FIRST_STEPS
        seen, steps, seconds, first_pool = state["seen"], state["steps"], state["seconds"], state["next_pool"]
    log = (folder / "log.jsonl").open("a")
    started = saved = time.monotonic()
    mean = None
    since = (seen, started)

    first_step = steps

    def save(next_pool):
        spent = seconds + time.monotonic() - started
        save_checkpoint(folder, model, [optimizer.state_dict() for optimizer in optimizers], seen, steps, spent, next_pool)

    model.train()
    for number, batches in pools(Encoder(vocabulary), seed, first_pool, batch_tokens):
        for tokens, weights in batches:
            progress = seen / token_budget
            if progress >= 1:
                break
            model.train_rounded(progress >= ROUNDED_FROM)
            for optimizer, base in zip(optimizers, (MATRIX_RATE, OTHER_RATE)):
                for group in optimizer.param_groups:
                    group["lr"] = base * rate(progress + 1e-4) * min((steps - first_step + 1) / max(gentle, 1), 1)
            tokens, weights = tokens.to(device()), weights.to(device())
            loss = loss_of(model, tokens, weights)
            (loss + IMBALANCE_WEIGHT * model.imbalance()).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST_GRADIENT)
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
            seen += tokens.numel()
            steps += 1
            value = loss.item()
            if not math.isfinite(value):
                raise RuntimeError(f"The loss is {value} after {steps} steps.")
            mean = value if mean is None else 0.98 * mean + 0.02 * value
            if steps % LOG_STEPS == 0:
                now = time.monotonic()
                line = {
                    "steps": steps,
                    "tokens": seen,
                    "loss": round(mean, 4),
                    "imbalance": round(model.imbalance().item(), 3),
                    "tokens_per_second": round((seen - since[0]) / (now - since[1])),
                    "minutes": round((seconds + now - started) / 60, 1),
                }
                since = (seen, now)
                print(json.dumps(line), flush=True)
                log.write(json.dumps(line) + "\n")
                log.flush()
        if seen >= token_budget:
            save(number + 1)
            return model
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            save(number + 1)
            saved = time.monotonic()


def save_checkpoint(folder, model, optimizers, seen, steps, seconds, next_pool):
    """`optimizers`: their states; none, if training begins with the weights alone."""
    state = {
        "shape": asdict(model.shape),
        "model": model.state_dict(),
        "optimizers": optimizers,
        "seen": seen,
        "steps": steps,
        "seconds": seconds,
        "next_pool": next_pool,
    }
    path = Path(folder) / "checkpoint.pt"
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def load(folder):
    """The model of a folder's checkpoint, on the CPU."""
    state = torch.load(Path(folder) / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = GptOss(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval()
