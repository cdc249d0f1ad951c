"""From a model to a GGUF and back: experts in MXFP4, all other matrices in Q8_0, the rest in F32, as gpt-oss has them.

`gguf` is imported late, here and for the adapter: a machine that only trains needs no such package.
"""

import torch

from rounding import mxfp4_bytes, q8_0_bytes

NORMAL, CONTROL = 1, 3


def write_gguf(path, model, vocabulary, name="Ember"):
    import gguf

    writer = gguf.GGUFWriter(str(path), "gpt-oss")
    _metadata(writer, model.shape, vocabulary, name)
    for tensor, kind, weights in tensors(model):
        if kind == "F32":
            writer.add_tensor(tensor, weights.detach().float().cpu().numpy())
        else:
            data = mxfp4_bytes(weights) if kind == "MXFP4" else q8_0_bytes(weights)
            writer.add_tensor(tensor, data, raw_dtype=gguf.GGMLQuantizationType[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@torch.no_grad()
def read_weights(path, model):
    """The weights of a GGUF that `write_gguf` made, as its rounding left them, into a model of the same shape."""
    import gguf

    read = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in gguf.GGUFReader(path).tensors}
    for tensor, _, weights in tensors(model):
        # The embedding is the output's rows.
        if tensor != "token_embd.weight":
            weights.copy_(torch.from_numpy(read[tensor].copy()))


def read_vocabulary(path):
    """(tokens without the control tokens, merges)"""
    import gguf

    fields = gguf.GGUFReader(path).fields
    kinds = fields["tokenizer.ggml.token_type"].contents()
    spelled = fields["tokenizer.ggml.tokens"].contents()
    return [token for token, kind in zip(spelled, kinds) if kind == NORMAL], fields["tokenizer.ggml.merges"].contents()


def tensors(model):
    """(name, type, weights) of every tensor."""
    yield "token_embd.weight", "Q8_0", model.embedding
    yield "output_norm.weight", "F32", model.norm.weight
    yield "output.weight", "Q8_0", model.output.weight
    for index, layer in enumerate(model.layers):
        prefix = f"blk.{index}."
        attention, experts = layer.attention, layer.experts
        yield f"{prefix}attn_norm.weight", "F32", layer.attention_norm.weight
        for part in ("q", "k", "v", "output"):
            linear = getattr(attention, part)
            yield f"{prefix}attn_{part}.weight", "Q8_0", linear.weight
            yield f"{prefix}attn_{part}.bias", "F32", linear.bias
        yield f"{prefix}attn_sinks.weight", "F32", attention.sinks
        yield f"{prefix}post_attention_norm.weight", "F32", layer.experts_norm.weight
        yield f"{prefix}ffn_gate_inp.weight", "F32", experts.router.weight
        yield f"{prefix}ffn_gate_inp.bias", "F32", experts.router.bias
        for part in ("gate", "up", "down"):
            yield f"{prefix}ffn_{part}_exps.weight", "MXFP4", getattr(experts, part)
            yield f"{prefix}ffn_{part}_exps.bias", "F32", getattr(experts, f"{part}_bias")


def _metadata(writer, shape, vocabulary, name):
    writer.add_name(name)
    writer.add_description("Hearth's demo model, trained from generated text by tools/ember.")
    writer.add_license("MIT")
    writer.add_context_length(shape.context)
    writer.add_block_count(shape.layers)
    writer.add_embedding_length(shape.embedding)
    writer.add_feed_forward_length(shape.expert_size)
    writer.add_expert_feed_forward_length(shape.expert_size)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_size)
    writer.add_value_length(shape.head_size)
    writer.add_sliding_window(shape.sliding_window)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_expert_count(shape.experts)
    writer.add_expert_used_count(shape.experts_used)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_string("gpt-oss.rope.scaling.type", "yarn")
    writer.add_rope_scaling_factor(shape.yarn_factor)
    writer.add_rope_scaling_orig_ctx_len(shape.original_context)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-4o")
    writer.add_token_list(vocabulary.spelled())
    writer.add_token_types([NORMAL] * vocabulary.plain + [CONTROL] * (vocabulary.size - vocabulary.plain))
    writer.add_token_merges(vocabulary.merges())
    writer.add_bos_token_id(vocabulary.special["<|startoftext|>"])
    writer.add_eos_token_id(vocabulary.special["<|return|>"])
    writer.add_pad_token_id(vocabulary.special["<|endoftext|>"])
    writer.add_add_bos_token(False)
