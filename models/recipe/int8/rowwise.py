"""An int8 ONNX file of `export.py` with one activation scale a token in place of one a tensor.

    python models/recipe/int8/rowwise.py INT8.onnx OUT.onnx [--fixed]

Before each quantization a token's values are divided by their largest; after the product they are multiplied
with it again. ONNX Runtime's and rten's joined kernel stays in use, whose scale is then nearly 2 / 255, but
still a matter of the whole tensor. `--fixed` sets it to 1 / 127, so that no token sees another; no kernel
joins the steps of that.
"""

import sys

import onnx
from onnx import TensorProto, helper


def main():
    source, target, *fixed = sys.argv[1:]
    model = onnx.load(source)
    graph = model.graph
    constant = lambda name, kind, shape, values: graph.initializer.append(
        helper.make_tensor(name, kind, shape, values))
    constant("row_floor", TensorProto.FLOAT, [], [1e-9])
    constant("row_step", TensorProto.FLOAT, [], [1 / 127])
    constant("row_middle", TensorProto.UINT8, [], [128])
    constant("row_axis", TensorProto.INT64, [1], [-1])
    users = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    only = lambda name: users[name][0]
    largest = {}
    nodes = []
    renamed = {}
    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear":
            x, (q, scale, zero) = node.input[0], node.output
            add = lambda op, inputs, output, **more: nodes.append(helper.make_node(op, inputs, [output], **more))
            add("ReduceMax", [x], f"{q}_max", axes=[-1], keepdims=1)
            add("ReduceMin", [x], f"{q}_min", axes=[-1], keepdims=1)
            add("Neg", [f"{q}_min"], f"{q}_neg")
            add("Max", [f"{q}_max", f"{q}_neg", "row_floor"], f"{q}_largest")
            add("Div", [x, f"{q}_largest"], f"{q}_row")
            if fixed:
                add("QuantizeLinear", [f"{q}_row", "row_step", "row_middle"], q)
                renamed[zero], renamed[scale] = "row_middle", "row_step"
            else:
                nodes.append(helper.make_node("DynamicQuantizeLinear", [f"{q}_row"], [q, scale, zero]))
            for product in users[q]:
                scaled = only(only(product.output[0]).output[0])
                assert scaled.op_type == "Mul", scaled.op_type
                largest[scaled.output[0]] = f"{q}_largest"
            continue
        for at, name in enumerate(node.input):
            node.input[at] = renamed.get(name, name)
        out = node.output[0]
        nodes.append(node)
        if out in largest:
            node.output[0] = f"{out}_row"
            nodes.append(helper.make_node("Mul", [f"{out}_row", largest[out]], [out]))
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, target)


if __name__ == "__main__":
    main()
