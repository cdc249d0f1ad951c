"""How llama.cpp stores weights: MXFP4 and Q8_0 blocks of 32, as rounded numbers for training and as bytes for a file.

ggml-quants.c is the reference (`quantize_row_mxfp4_ref`, `quantize_row_q8_0_ref`).
"""

import numpy as np
import torch

BLOCK = 32
# Doubled, as ggml stores them; bit 3 of a code is the sign.
MXFP4_MAGNITUDES = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
_LARGEST = MXFP4_MAGNITUDES[-1]


def _mxfp4_parts(weights):
    """Magnitudes, signs, half scales and stored scales of the blocks of the last dimension."""
    blocks = weights.reshape(-1, BLOCK)
    top = blocks.abs().amax(dim=1, keepdim=True)
    # frexp is exact where log2 is not: top = mantissa * 2^exponent with the mantissa in [0.5, 1).
    exponent = torch.frexp(top).exponent - 1
    stored = torch.where(top > 0, (exponent - 2 + 127).clamp(0, 254), torch.zeros_like(exponent))
    half = torch.ldexp(torch.ones_like(top), stored - 128)
    exact = blocks.abs() / half
    # Magnitudes lie 1 apart up to 4, then 2, then 4. The nearest one; a tie goes to the smaller, as in ggml.
    step = 1.0 + (exact > 4) + 2 * (exact > 8)
    return (torch.ceil(exact / step - 0.5) * step).clamp_(max=_LARGEST), blocks < 0, half, stored


def mxfp4_round(weights):
    """What is left of `weights` (any shape, rows of whole blocks) in MXFP4."""
    magnitudes, negative, half, _ = _mxfp4_parts(weights)
    values = magnitudes * half
    return torch.where(negative, -values, values).reshape(weights.shape)


def mxfp4_straight_through(weights):
    """Rounded on the way forward; on the way back as if it were not."""
    with torch.no_grad():
        difference = mxfp4_round(weights) - weights
    return weights + difference


def mxfp4_bytes(weights):
    """The bytes of a GGUF tensor, rows in the last dimension: (…, columns / 32 * 17)."""
    magnitudes, negative, _, stored = _mxfp4_parts(weights.detach().float().cpu())
    codes = torch.bucketize(magnitudes, torch.tensor(MXFP4_MAGNITUDES))
    nibbles = torch.where(negative & (codes > 0), codes | 8, codes).to(torch.uint8).numpy()
    packed = nibbles[:, :16] | (nibbles[:, 16:] << 4)
    blocks = np.concatenate([stored.to(torch.uint8).numpy(), packed], axis=1)
    return np.ascontiguousarray(blocks.reshape(*weights.shape[:-1], -1))


def q8_0_round(weights):
    """What is left of `weights` in Q8_0; llama.cpp's CPU rounds the inputs of its matrix products the same way."""
    blocks = weights.float().reshape(-1, BLOCK)
    scale = blocks.abs().amax(dim=1, keepdim=True) / 127
    inverse = torch.where(scale > 0, 1 / scale, torch.zeros_like(scale))
    values = (blocks * inverse).round() * scale.half().float()
    return values.reshape(weights.shape)


def q8_0_bytes(weights):
    blocks = weights.detach().float().cpu().reshape(-1, BLOCK).numpy()
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    with np.errstate(divide="ignore"):
        inverse = np.where(scale > 0, 1 / scale, 0)
    codes = np.round(blocks * inverse).astype(np.int8)
    out = np.concatenate([scale.astype(np.float16).view(np.uint8), codes.view(np.uint8)], axis=1)
    return np.ascontiguousarray(out.reshape(*weights.shape[:-1], -1))
