"""A BERT sentence encoder as ONNX files: float32, and int8 weights with activations quantized as it runs.

In: a model folder (`scripts/minilm.sh` prints one). Out, in OUT: `fp32.onnx` (input_ids, attention_mask,
token_type_ids -> token vectors), `int8-tensor.onnx` (one scale a weight matrix), `int8-channel.onnx`
(one scale an output column), and both with 7-bit weights (`int7-*.onnx`), for CPUs without VNNI.

    python models/recipe/int8/export.py FOLDER OUT
"""

import pathlib
import sys
import warnings

import onnx
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

warnings.filterwarnings("ignore")


class Tokens(torch.nn.Module):
    """The transformer without its pooler, which no sentence encoder reads."""

    def __init__(self, folder):
        super().__init__()
        self.bert = transformers.AutoModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="eager").eval()

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.ones(2, 9, dtype=torch.int64)
    plain = out / "fp32.onnx"
    torch.onnx.export(
        Tokens(folder), (ids, ids, ids * 0), str(plain), input_names=names, output_names=["tokens"],
        dynamic_axes={name: {0: "rows", 1: "length"} for name in [*names, "tokens"]}, opset_version=17)
    onnx.checker.check_model(str(plain))
    ready = out / "ready.onnx"
    quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
    for bits, narrow in [(8, False), (7, True)]:
        for name, wide in [("tensor", False), ("channel", True)]:
            # Only products with weights: the two of attention stay in float32, as do the embeddings.
            quantize_dynamic(
                str(ready), str(out / f"int{bits}-{name}.onnx"), per_channel=wide, reduce_range=narrow,
                weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"],
                extra_options={"MatMulConstBOnly": True})
    ready.unlink()


if __name__ == "__main__":
    main()
