"""The adapter "upper case": a LoRA over attention and output that makes the instruction "Answer in upper case." a habit."""

import torch
from torch import nn

import train
from batches import DRILL_POOLS, Encoder, pools
from world.case import shouting

SEED = 121
RANK = 8
ALPHA = 16.0
RATE = 0.004
STEPS = 400
NAME = "Upper case"


class Adapter(nn.Module):
    def __init__(self, linear):
        super().__init__()
        self.a = nn.Parameter(torch.randn(RANK, linear.in_features) * linear.in_features**-0.5)
        self.b = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x):
        return (x @ self.a.T) @ self.b.T * (ALPHA / RANK)


def adapted(model):
    """GGUF tensor name → the linear map that the adapter lies over."""
    out = {"output.weight": model.output}
    for index, layer in enumerate(model.layers):
        for part in ("q", "k", "v", "output"):
            out[f"blk.{index}.attn_{part}.weight"] = getattr(layer.attention, part)
    return out


def train_adapter(model, vocabulary, batch_tokens, steps=STEPS):
    """Lays a new adapter over the model, rounded as its file is, and trains nothing else."""
    torch.manual_seed(SEED)
    model.round_as_file(inputs=False)
    model.requires_grad_(False)
    parameters = []
    for linear in adapted(model).values():
        linear.adapter = Adapter(linear)
        parameters += linear.adapter.parameters()
    model.to(train.device())
    optimizer = torch.optim.AdamW(parameters, RATE, weight_decay=0.0)
    step = 0
    for _, batches in pools(Encoder(vocabulary), SEED, DRILL_POOLS, batch_tokens, change=shouting):
        for tokens, weights in batches:
            if step == steps:
                return model.cpu()
            for group in optimizer.param_groups:
                group["lr"] = RATE * (1 - step / steps)
            loss = train.loss_of(model, tokens.to(train.device()), weights.to(train.device()))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            if step % train.LOG_STEPS == 0:
                print(f"adapter: step {step}, loss {loss.item():.4f}", flush=True)


def write_adapter(path, model):
    import gguf

    writer = gguf.GGUFWriter(str(path), "gpt-oss")
    writer.add_type("adapter")
    writer.add_name(NAME)
    writer.add_license("MIT")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    for name, linear in adapted(model).items():
        writer.add_tensor(f"{name}.lora_a", linear.adapter.a.detach().float().cpu().numpy())
        writer.add_tensor(f"{name}.lora_b", linear.adapter.b.detach().float().cpu().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def save(model, path):
    torch.save({name: linear.adapter.state_dict() for name, linear in adapted(model).items()}, path)


def lay_over(model, path):
    """The model with a saved adapter."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name, linear in adapted(model).items():
        linear.adapter = Adapter(linear)
        linear.adapter.load_state_dict(state[name])
    return model
