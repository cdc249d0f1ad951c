"""Whether llama.cpp computes what PyTorch does: the probabilities after every token of fixed prompts, side by side."""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

from convert import write_gguf

ROOT = Path(__file__).resolve().parents[2]


def llama_logits(gguf_path, prompts, vocabulary_size, lora=None):
    """The logits after every token, one array a prompt."""
    with tempfile.TemporaryDirectory() as folder:
        prompts_file, out = Path(folder, "prompts.json"), Path(folder, "logits")
        prompts_file.write_text(json.dumps(prompts))
        command = ["npx", "tsx", "tools/ember/read-logits.ts", str(gguf_path), str(prompts_file), str(out)]
        subprocess.run(command + ([str(lora)] if lora else []), cwd=ROOT, check=True)
        values = np.fromfile(out, dtype=np.float32).reshape(-1, vocabulary_size)
    ends = np.cumsum([len(prompt) for prompt in prompts])
    return np.split(values, ends[:-1])


def differences(gguf_path, model, prompts, lora=None):
    """Differences of logits and probabilities (each position's largest), and how often the likeliest token is the same."""
    logit = 0.0
    probabilities = []
    same = total = 0
    theirs = llama_logits(gguf_path, prompts, model.shape.vocabulary, lora)
    for prompt, their in zip(prompts, theirs):
        with torch.no_grad():
            our = model(torch.tensor([prompt]))[0]
        their = torch.from_numpy(their.copy())
        logit = max(logit, (our - their).abs().max().item())
        probabilities.append((our.softmax(-1) - their.softmax(-1)).abs().amax(-1))
        same += (our.argmax(-1) == their.argmax(-1)).sum().item()
        total += len(prompt)
    probability = torch.cat(probabilities)
    return {
        "logit": logit,
        "probability": probability.max().item(),
        "probability_median": probability.median().item(),
        "probability_p99": probability.quantile(0.99).item(),
        "same_likeliest": same / total,
        "positions": total,
    }


def compare(model, vocabulary, prompts, gguf_path, lora=None):
    """Writes the model to `gguf_path` and compares. The model is rounded in place."""
    if lora is None:
        write_gguf(gguf_path, model, vocabulary)
    out = {}
    model.eval()
    for inputs in (True, False):
        model.round_as_file(inputs=inputs)
        out["inputs rounded too" if inputs else "weights rounded"] = differences(gguf_path, model, prompts, lora)
    return out
