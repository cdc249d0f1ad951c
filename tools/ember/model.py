"""gpt-oss in PyTorch, as llama.cpp computes it (src/models/openai-moe.cpp): the architecture, at Ember's size.

Sliding and full attention layers in turn, a learned sink for each head, rotary positions with YaRN, biases on every
projection, and a mixture of experts with the clamped SwiGLU of gpt-oss.
"""

import functools
import json
import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from rounding import mxfp4_round, mxfp4_straight_through, q8_0_round

SWIGLU_ALPHA = 1.702
SWIGLU_LIMIT = 7.0
# llama.cpp's defaults for YaRN.
YARN_BETA_FAST = 32.0
YARN_BETA_SLOW = 1.0
# Of the induction circuit that a model begins with: how loudly it says what it found, how closely it compares, and how
# much of the comparison is about the token before.
SAID = 10.0
MATCH = 2.5
EARLIER = 6


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    layers: int = 6
    embedding: int = 256
    heads: int = 4
    kv_heads: int = 2
    head_size: int = 64
    experts: int = 8
    experts_used: int = 2
    expert_size: int = 256
    sliding_window: int = 128
    rope_base: float = 150_000.0
    # Positions that it is trained for, and how far YaRN stretches them.
    original_context: int = 1024
    yarn_factor: float = 8.0
    norm_epsilon: float = 1e-5

    @property
    def context(self):
        return int(self.original_context * self.yarn_factor)

    def to_json(self):
        return json.dumps(asdict(self), indent=2)


def is_sliding(layer):
    return layer % 2 == 0


def rope_tables(shape, length):
    """Cosines and sines, (length, head_size / 2): `rope_yarn` of ggml with `ext_factor` 1."""
    size, base = shape.head_size, shape.rope_base

    def dimension_of(turns):
        return size * math.log(shape.original_context / (turns * 2 * math.pi)) / (2 * math.log(base))

    low = max(0.0, math.floor(dimension_of(YARN_BETA_FAST)))
    high = min(size - 1.0, math.ceil(dimension_of(YARN_BETA_SLOW)))
    pair = torch.arange(size // 2, dtype=torch.float64)
    kept = 1 - ((pair - low) / max(0.001, high - low)).clamp(0, 1)
    plain = base ** (-2 * pair / size)
    frequency = plain / shape.yarn_factor * (1 - kept) + plain * kept
    angle = torch.arange(length, dtype=torch.float64)[:, None] * frequency
    magnitude = 1 + 0.1 * math.log(shape.yarn_factor)
    return (angle.cos() * magnitude).float(), (angle.sin() * magnitude).float()


def fused(function):
    """While a model trains, the steps of `function` are compiled into one (which needs a C++ compiler)."""
    compiled = torch.compile(function, dynamic=True)

    @functools.wraps(function)
    def choose(*arguments):
        return (compiled if torch.is_grad_enabled() else function)(*arguments)

    return choose


@fused
def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon) * weight


@fused
def rotate(x, cos, sin):
    """The first half of a head's numbers is turned against the second one (NeoX order)."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1).to(x.dtype)


@fused
def attend(q, k, v, sinks, mask):
    """Attention of (batch, heads, length, size) over grouped heads; a sink takes part in the softmax and then stands for nothing."""
    batch, heads, length, size = q.shape
    kv_heads = k.shape[1]
    # Grouped heads lie side by side: query head h reads key head h // group.
    q = q.reshape(batch, kv_heads, heads // kv_heads * length, size)
    scores = (q @ k.transpose(-1, -2)).float() * size**-0.5
    scores = scores.view(batch, heads, length, length) + mask
    sinks = sinks.view(1, -1, 1, 1)
    # Subtracting the sink first leaves one more `exp`.
    top = torch.maximum(scores.detach().amax(-1, keepdim=True), sinks.detach())
    weights = torch.exp(scores - top)
    weights = weights / (weights.sum(-1, keepdim=True) + torch.exp(sinks - top))
    weights = weights.to(v.dtype).view(batch, kv_heads, heads // kv_heads * length, length)
    return (weights @ v).view(batch, heads, length, size)


@fused
def swiglu(gate, up):
    gate, up = gate.clamp(max=SWIGLU_LIMIT), up.clamp(-SWIGLU_LIMIT, SWIGLU_LIMIT)
    return gate * torch.sigmoid(SWIGLU_ALPHA * gate) * (up + 1)


class Reorder(torch.autograd.Function):
    """Rows in another order. Indexing would add gradients up, row by row; a permutation has nothing to add."""

    @staticmethod
    def forward(context, rows, order, back):
        context.back = back
        return rows[order]

    @staticmethod
    def backward(context, gradient):
        return gradient[context.back], None, None


class RmsNorm(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x):
        return rms_norm(x, self.weight, self.epsilon)


class Linear(nn.Linear):
    """Its input can be rounded as llama.cpp's CPU code does, to compare the two. An adapter may be laid over it."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options)
        self.round_inputs = False
        self.adapter = None

    def forward(self, x):
        out = super().forward(q8_0_round(x) if self.round_inputs else x)
        return out if self.adapter is None else out + self.adapter(x)


class Attention(nn.Module):
    def __init__(self, shape, sliding):
        super().__init__()
        self.shape, self.sliding = shape, sliding
        inner, kv = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
        self.q = Linear(shape.embedding, inner)
        self.k = Linear(shape.embedding, kv)
        self.v = Linear(shape.embedding, kv)
        self.output = Linear(inner, shape.embedding)
        self.sinks = nn.Parameter(torch.zeros(shape.heads))
        self.round_cache = False

    def forward(self, x, cos, sin, masks):
        shape = self.shape
        batch, length, _ = x.shape

        def heads(y, count):
            return y.view(batch, length, count, shape.head_size).transpose(1, 2)

        q = rotate(heads(self.q(x), shape.heads), cos, sin)
        k = rotate(heads(self.k(x), shape.kv_heads), cos, sin)
        v = heads(self.v(x), shape.kv_heads)
        if self.round_cache:
            k, v = k.half().float(), v.half().float()
        out = attend(q, k, v, self.sinks, masks[0 if self.sliding else 1])
        return self.output(out.transpose(1, 2).reshape(batch, length, -1))


class Experts(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        e, c, f = shape.experts, shape.embedding, shape.expert_size
        self.router = nn.Linear(c, e)
        self.gate = nn.Parameter(torch.empty(e, f, c))
        self.gate_bias = nn.Parameter(torch.zeros(e, f))
        self.up = nn.Parameter(torch.empty(e, f, c))
        self.up_bias = nn.Parameter(torch.zeros(e, f))
        self.down = nn.Parameter(torch.empty(e, c, f))
        self.down_bias = nn.Parameter(torch.zeros(e, c))
        self.round_weights = False
        self.round_inputs = False
        # How unevenly the router spread the last batch; 1 is even.
        self.imbalance = None

    def forward(self, x):
        shape = self.shape
        flat = x.reshape(-1, shape.embedding)
        scores = self.router(flat)
        chosen_scores, chosen = scores.topk(shape.experts_used, dim=-1)
        weights = chosen_scores.softmax(-1)
        if self.training:
            share = F.one_hot(chosen, shape.experts).float().mean((0, 1))
            self.imbalance = shape.experts * (share * scores.softmax(-1).mean(0)).sum()
        gate, up, down = self.gate, self.up, self.down
        if self.round_weights:
            gate, up, down = (mxfp4_straight_through(w) for w in (gate, up, down))
        count = flat.shape[0] * shape.experts_used
        order = chosen.flatten().argsort(stable=True)
        back = torch.empty_like(order).scatter_(0, order, torch.arange(count, device=order.device))
        sizes = torch.bincount(chosen.flatten(), minlength=shape.experts).tolist()
        # Each expert reads the rows that were sent to it: (experts_used × rows) in all.
        rows = Reorder.apply(flat[:, None].expand(-1, shape.experts_used, -1).reshape(count, -1), order, back)
        kind = torch.get_autocast_dtype(x.device.type) if torch.is_autocast_enabled(x.device.type) else x.dtype
        rows, gate, up, down = (value.to(kind) for value in (rows, gate, up, down))
        parts = []
        for part, g, g_bias, u, u_bias, d, d_bias in zip(
            rows.split(sizes), gate.unbind(), self.gate_bias, up.unbind(), self.up_bias, down.unbind(), self.down_bias
        ):
            if self.round_inputs:
                part = q8_0_round(part)
            inner = swiglu(F.linear(part, g, g_bias), F.linear(part, u, u_bias))
            if self.round_inputs:
                inner = q8_0_round(inner)
            parts.append(F.linear(inner, d, d_bias))
        out = Reorder.apply(torch.cat(parts), back, order).view(-1, shape.experts_used, shape.embedding)
        return (out * weights[..., None]).sum(1).view_as(x)


class Layer(nn.Module):
    def __init__(self, shape, index):
        super().__init__()
        self.attention_norm = RmsNorm(shape.embedding, shape.norm_epsilon)
        self.attention = Attention(shape, is_sliding(index))
        self.experts_norm = RmsNorm(shape.embedding, shape.norm_epsilon)
        self.experts = Experts(shape)

    def forward(self, x, cos, sin, masks):
        x = x + self.attention(self.attention_norm(x), cos, sin, masks)
        return x + self.experts(self.experts_norm(x))


class GptOss(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.layers = nn.ModuleList(Layer(shape, index) for index in range(shape.layers))
        self.norm = RmsNorm(shape.embedding, shape.norm_epsilon)
        self.output = Linear(shape.embedding, shape.vocabulary, bias=False)
        cos, sin = rope_tables(shape, shape.context)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._initialize()

    def _initialize(self):
        quiet = (2 * self.shape.layers) ** -0.5
        for name, parameter in self.named_parameters():
            if name.endswith("norm.weight"):
                continue
            if parameter.dim() < 2 or name.endswith("bias"):
                nn.init.zeros_(parameter)
                continue
            gain = parameter.shape[-1] ** -0.5
            if name.endswith(("attention.output.weight", "experts.down")):
                gain *= quiet
            nn.init.normal_(parameter, std=gain)
        with torch.no_grad():
            self._plant_induction()

    def _plant_induction(self):
        """The first two layers begin with an induction circuit, which training otherwise takes thousands of steps to find.

        Two heads of the first layer look one and two tokens back, by position alone: their biases, turned against each
        other. They write down what they see. Heads of the second layer look for places where what was written down is
        the token that is read now, and one of them also where the token before that is the same; they say what stands
        there (Olsson et al., 2022, "In-context Learning and Induction Heads").
        """
        shape = self.shape
        size, half = shape.head_size, shape.head_size // 2
        first, second = self.layers[0].attention, self.layers[1].attention
        basis = torch.linalg.qr(torch.randn(shape.embedding, shape.embedding))[0]
        seen, before, earlier, said = basis.split(size)

        # Quick pairs tell one step from two.
        quick = torch.zeros(size)
        quick[:8] = 7.0
        cos, sin = (table[1] / (self.cos[1, 0] ** 2 + self.sin[1, 0] ** 2).sqrt() for table in (self.cos, self.sin))
        first.q.weight[: 2 * size] = 0
        first.k.weight[:size] = 0
        first.q.bias[:size] = quick
        first.q.bias[size : 2 * size] = rotate(quick, cos, -sin)
        first.k.bias[:size] = rotate(quick, cos, sin)
        first.v.weight[:size] = seen
        first.output.weight[:, :size] = 2 * before.T
        first.output.weight[:, size : 2 * size] = 2 * earlier.T

        # Slow pairs hardly turn over a prompt: they compare what, not where.
        slow = torch.tensor([*range(17, half), *range(half + 17, size)])
        count = len(slow)
        one = (seen[:count], before[:count])
        two = (torch.cat([seen[: count - EARLIER], before[:EARLIER]]), torch.cat([before[: count - EARLIER], earlier[:EARLIER]]))
        for kv_head, (read, looked_for) in enumerate((one, two)):
            head = kv_head * shape.heads // shape.kv_heads
            queries, keys = slice(head * size, (head + 1) * size), slice(kv_head * size, (kv_head + 1) * size)
            second.q.weight[queries] = 0
            second.k.weight[keys] = 0
            second.q.weight[head * size + slow] = MATCH * read
            second.k.weight[kv_head * size + slow] = MATCH * looked_for
            second.v.weight[keys] = said
            second.output.weight[:, queries] = SAID * said.T
            second.sinks[head] = 6.0

    @property
    def embedding(self):
        """The output's rows, to the unit length that they begin with: what was read is what can be said, which makes
        copying a token the same for all of them. The file has both."""
        return self.output.weight * self.shape.embedding**0.5

    def hidden(self, tokens):
        """The last layer's output, normed, for (batch, length) tokens that each begin at position 0."""
        length = tokens.shape[1]
        cos, sin = self.cos[:length], self.sin[:length]
        distance = torch.arange(length, device=tokens.device)
        distance = distance[:, None] - distance[None, :]
        never = torch.tensor(float("-inf"), device=tokens.device)
        zero = torch.tensor(0.0, device=tokens.device)
        full = torch.where(distance < 0, never, zero)
        sliding = torch.where(distance >= self.shape.sliding_window, never, full)
        x = F.embedding(tokens, self.output.weight) * self.shape.embedding**0.5
        for layer in self.layers:
            x = layer(x, cos, sin, (sliding, full))
        return self.norm(x)

    def forward(self, tokens):
        return self.output(self.hidden(tokens))

    def imbalance(self):
        """The mean over the layers; training keeps it near 1."""
        return torch.stack([layer.experts.imbalance for layer in self.layers]).mean()

    def train_rounded(self, on=True):
        """From now on the experts' weights count as MXFP4 holds them, and learn through the rounding."""
        for layer in self.layers:
            layer.experts.round_weights = on

    @torch.no_grad()
    def round_as_file(self, inputs):
        """Rounds every weight as the GGUF does; `inputs`: products round their inputs too, as on llama.cpp's CPU."""
        for module in self.modules():
            if isinstance(module, Attention):
                module.round_cache = inputs
            if isinstance(module, Linear):
                module.weight.copy_(q8_0_round(module.weight))
                module.round_inputs = inputs
            if isinstance(module, Experts):
                for weight in (module.gate, module.up, module.down):
                    weight.copy_(mxfp4_round(weight))
                module.round_weights = False
                module.round_inputs = inputs
