"""Writes src/main/resources/pytorch/*.txt: short runs of PyTorch that engines must reproduce.

    python3 trajectories.py OUTPUT_DIRECTORY

Each file is one run. The first line is the spec (JSON, which is YAML). The others are
`name value value ...`:

    batch                 samples per step
    inputs, targets       those of all batches, in order
    weights               those of the samples of all batches, if they have any
    gradient.NAME         of the first step, if the loss is weighted or smoothed
    losses                one per step, before its update
    begin.NAME, end.NAME  every tensor of the state_dict
    outputs               for the first batch with the final weights, in eval mode
"""
import json
import pathlib
import sys
from collections import OrderedDict

import torch
from torch import nn

torch.manual_seed(4711)
torch.set_num_threads(1)


class Residual(nn.Module):
    """The shortcut is a module only if it has layers, because its name is in the tensor names."""

    def __init__(self, layers, shortcut, shape):
        super().__init__()
        body, self.shape = network(layers, shape)
        for name, child in body.named_children():
            self.add_module(name, child)
        self.body = [child for child in body]
        self.shortcut = network(shortcut, shape)[0] if shortcut else None

    def forward(self, x):
        y = x
        for child in self.body:
            y = child(y)
        return y + (x if self.shortcut is None else self.shortcut(x))


class Embedding(nn.Embedding):
    def forward(self, x):
        return super().forward(x.long())


class ColumnEmbedding(nn.ModuleDict):
    """The elements that are no columns come first, then a row for each column."""

    def __init__(self, features, columns, width):
        super().__init__({i: nn.Embedding(size, width) for i, size in columns.items()})
        self.others = [i for i in range(features) if str(i) not in columns]

    def forward(self, x):
        rows = [embedding(x[:, int(i)].long()) for i, embedding in self.items()]
        return torch.cat([x[:, self.others], *rows], 1)


class PositionalEmbedding(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*shape))

    def forward(self, x):
        return x + self.weight


class Lstm(nn.LSTM):
    def forward(self, x):
        return super().forward(x)[0]


class Attention(nn.MultiheadAttention):
    def __init__(self, causal, *arguments, **more):
        super().__init__(*arguments, batch_first=True, **more)
        self.causal = causal

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if self.causal else None
        return super().forward(x, x, x, need_weights=False, attn_mask=mask, is_causal=self.causal)[0]


class Pool(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.mode = mode

    def forward(self, x):
        return x[:, -1] if self.mode == "last" else x.mean(1)


def window(layer):
    return {k: tuple(layer[k]) if isinstance(layer[k], list) else layer[k]
            for k in ("kernel_size", "stride", "padding") if k in layer}


def module(layer, shape):
    """Builds the module of a layer for an input shape."""
    kind = layer["type"]
    if kind == "conv2d":
        return nn.Conv2d(shape[0], layer["out_channels"], bias=layer.get("bias", True), **window(layer))
    if kind == "max_pool2d":
        return nn.MaxPool2d(**window(layer))
    if kind == "avg_pool2d":
        return nn.AvgPool2d(**window(layer))
    if kind == "linear":
        return nn.Linear(shape[-1], layer["out_features"], bias=layer.get("bias", True))
    if kind in ("batch_norm2d", "batch_norm1d"):
        arguments = {k: layer[k] for k in ("eps", "momentum") if k in layer}
        return (nn.BatchNorm2d if kind == "batch_norm2d" else nn.BatchNorm1d)(shape[0], **arguments)
    if kind == "gelu":
        return nn.GELU(approximate=layer.get("approximate", "none"))
    if kind == "embedding":
        return Embedding(layer["num_embeddings"], layer["embedding_dim"])
    if kind == "column_embedding":
        return ColumnEmbedding(shape[0], layer["columns"], layer["embedding_dim"])
    if kind == "positional_embedding":
        return PositionalEmbedding(shape)
    if kind == "lstm":
        return Lstm(shape[-1], layer["hidden_size"], layer.get("num_layers", 1), batch_first=True,
                    bidirectional=layer.get("bidirectional", False))
    if kind == "layer_norm":
        return nn.LayerNorm(shape[-1])
    if kind == "multihead_attention":
        return Attention(layer.get("causal", False), shape[-1], layer["num_heads"], bias=layer.get("bias", True))
    if kind == "sequence_pool":
        return Pool(layer["mode"])
    if kind == "residual":
        return Residual(layer["layers"], layer.get("shortcut", []), shape)
    return {"flatten": nn.Flatten, "relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[kind]()


def network(layers, shape):
    """Builds the network; returns it and its output shape for one sample."""
    modules = OrderedDict()
    probe = torch.zeros(2, *shape)
    for i, layer in enumerate(layers):
        built = module(layer, probe.shape[1:])
        modules[layer.get("name", str(i))] = built
        probe = built(probe)
    return nn.Sequential(modules), probe.shape[1:]


def optimizer(spec, parameters):
    arguments = dict(spec)
    kind = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad, "rmsprop": torch.optim.RMSprop,
            "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[arguments.pop("type")]
    rate = arguments.pop("learning_rate")
    return kind(parameters, lr=rate, foreach=False, **arguments)


def line(name, tensor):
    values = tensor.detach().reshape(-1).tolist()
    return name + " " + " ".join(repr(v) if isinstance(v, int) else "%.9g" % v for v in values)


def loss_function(spec):
    """Returns the loss of outputs, targets and sample weights (None for equal ones)."""
    arguments = {"type": spec} if isinstance(spec, str) else dict(spec)
    if arguments["type"] == "mse":
        def squares(outputs, targets, weights):
            if weights is None:
                return nn.MSELoss()(outputs, targets)
            return (weights * nn.MSELoss(reduction="none")(outputs, targets).mean(1)).sum() / weights.sum()
        return squares
    classes = torch.tensor(arguments["class_weights"]) if "class_weights" in arguments else None
    smoothing = arguments.get("label_smoothing", 0.0)

    def cross_entropy(outputs, targets, weights):
        rows = outputs.flatten(0, -2) if targets.dim() == 2 else outputs
        labels = targets.flatten()
        if weights is None:
            return nn.CrossEntropyLoss(weight=classes, label_smoothing=smoothing)(rows, labels)
        # Already times the weight of the label's class.
        losses = nn.CrossEntropyLoss(weight=classes, label_smoothing=smoothing, reduction="none")(rows, labels)
        of_labels = weights.repeat_interleave(len(labels) // len(weights))
        return (of_labels * losses).sum() / (of_labels if classes is None else of_labels * classes[labels]).sum()
    return cross_entropy


def run(directory, name, shape, layers, optim, loss="cross_entropy", batch=4, steps=3, clip=None, weighted=False):
    net, answer = network(layers, shape)
    # Norms that start with ones and zeros would hide mistakes.
    for key, value in net.state_dict().items():
        if "num_batches" not in key and value.dim() == 1:
            value.copy_(torch.rand_like(value) + (0.5 if "var" in key or "weight" in key else -0.5))
    criterion = loss_function(loss)
    classes = loss != "mse"
    updates = optimizer(optim, net.parameters())
    if layers[0]["type"] == "embedding":
        inputs = torch.randint(0, layers[0]["num_embeddings"], (steps, batch, *shape)).float()
    else:
        inputs = torch.randn(steps, batch, *shape)
    for i, size in layers[0].get("columns", {}).items():
        inputs[:, :, int(i)] = torch.randint(0, size, (steps, batch)).float()
    if classes:
        targets = torch.randint(0, answer[-1], (steps, batch, *answer[:-1]))
    else:
        targets = torch.randn(steps, batch, *answer)
    weights = torch.rand(steps, batch) * 3 + 0.2 if weighted else [None] * steps
    training = {"batch_size": batch, "seed": 1}
    if clip is not None:
        training["max_grad_norm"] = clip
    spec = {"name": name, "input": {"shape": shape}, "layers": layers, "loss": loss,
            "optimizer": optim, "schedule": {"type": "constant"}, "training": training}
    lines = [json.dumps(spec), "batch %d" % batch, line("inputs", inputs), line("targets", targets)]
    if weighted:
        lines.append(line("weights", weights))
    lines += [line("begin." + k, v) for k, v in net.state_dict().items() if "num_batches" not in k]
    losses = []
    for x, y, w in zip(inputs, targets, weights):
        updates.zero_grad()
        outputs = net(x)
        value = criterion(outputs, y, w)
        value.backward()
        if not losses and (weighted or isinstance(loss, dict)):
            lines += [line("gradient." + k, v.grad) for k, v in net.named_parameters()]
        if clip is not None:
            nn.utils.clip_grad_norm_(net.parameters(), clip)
        updates.step()
        losses.append(value.item())
    lines.append(line("losses", torch.tensor(losses)))
    lines += [line("end." + k, v) for k, v in net.state_dict().items() if "num_batches" not in k]
    net.eval()
    outputs = net(inputs[0])
    if classes:
        if outputs.dim() == 3:
            outputs = outputs[:, -1]
        outputs = torch.softmax(outputs, 1)
    lines.append(line("outputs", outputs))
    (directory / (name + ".txt")).write_text("\n".join(lines) + "\n")


SGD = {"type": "sgd", "learning_rate": 0.1}
FLATTEN = {"type": "flatten"}


def conv(out, kernel, **more):
    return {"type": "conv2d", "out_channels": out, "kernel_size": kernel, **more}


def linear(out, **more):
    return {"type": "linear", "out_features": out, **more}


LAYERS = {
    "conv2d": ([2, 7, 6], [conv(3, 3), {"type": "relu"}, conv(4, [2, 3]), FLATTEN, linear(3)]),
    "conv2d_padding": ([2, 5, 6], [conv(3, 3, padding=1), conv(2, [3, 1], padding=[2, 0]), FLATTEN, linear(3)]),
    "conv2d_stride": ([2, 9, 8], [conv(3, 3, stride=2, padding=1, bias=False), {"type": "tanh"},
                                  conv(4, [3, 2], stride=[1, 2], padding=[1, 0]), FLATTEN, linear(3)]),
    "conv2d_wide": ([1, 3, 2], [conv(48, 1), conv(48, 1), FLATTEN, linear(3)]),
    "max_pool2d": ([2, 9, 7], [conv(3, 2), {"type": "max_pool2d", "kernel_size": 3, "stride": 2, "padding": 1},
                               FLATTEN, linear(3)]),
    "max_pool2d_after_relu": ([2, 9, 7], [conv(3, 2), {"type": "relu"}, {"type": "max_pool2d", "kernel_size": 2},
                                          conv(3, 2), {"type": "relu"},
                                          {"type": "max_pool2d", "kernel_size": [1, 2]}, FLATTEN, linear(3)]),
    "avg_pool2d": ([2, 9, 7], [conv(3, 2), {"type": "avg_pool2d", "kernel_size": 3, "stride": 2, "padding": 1},
                               {"type": "avg_pool2d", "kernel_size": 2}, FLATTEN, linear(3)]),
    "pools_first": ([2, 6, 6], [{"type": "sigmoid"}, {"type": "max_pool2d", "kernel_size": 2},
                                {"type": "avg_pool2d", "kernel_size": [1, 3]}, FLATTEN, linear(3)]),
    "linear": ([5], [linear(4, bias=False), linear(6), linear(3)]),
    "activations": ([5], [linear(6), {"type": "relu"}, linear(6), {"type": "tanh"}, linear(6), {"type": "sigmoid"},
                          linear(6), {"type": "gelu"}, linear(6), {"type": "gelu", "approximate": "tanh"}, linear(3)]),
    "activations_in_a_row": ([5], [{"type": "relu"}, {"type": "tanh"}, linear(6), {"type": "gelu"}, {"type": "relu"},
                                   {"type": "sigmoid"}, {"type": "tanh"}, linear(3), {"type": "tanh"}]),
    "batch_norm2d": ([2, 5, 4], [conv(3, 2), {"type": "batch_norm2d"}, {"type": "relu"}, conv(4, 2),
                                 {"type": "batch_norm2d", "eps": 0.01, "momentum": 0.3}, FLATTEN, linear(3)]),
    "batch_norm1d": ([5], [{"type": "batch_norm1d"}, linear(6), {"type": "batch_norm1d", "momentum": 0.2},
                           {"type": "sigmoid"}, linear(3)]),
}

def lstm(hidden, **more):
    return {"type": "lstm", "hidden_size": hidden, **more}


def residual(layers, **more):
    return {"type": "residual", "layers": layers, **more}


LAST = {"type": "sequence_pool", "mode": "last"}
MEAN = {"type": "sequence_pool", "mode": "mean"}
NORM = {"type": "layer_norm"}
TOKENS = [{"type": "embedding", "num_embeddings": 11, "embedding_dim": 6}, {"type": "positional_embedding"}]

# These run after all others, so that they do not change the random numbers of the others.
SEQUENCES = {
    "residual": ([2, 6, 6], [
        residual([conv(2, 3, padding=1), {"type": "tanh"}, conv(2, 3, padding=1)]), {"type": "relu"},
        residual([conv(3, 3, stride=2, padding=1, bias=False, name="a"), {"type": "batch_norm2d", "name": "b"}],
                 shortcut=[conv(3, 1, stride=2, name="c")], name="block"), {"type": "relu"}, FLATTEN, linear(3)]),
    "residual_nested": ([5], [residual([{"type": "tanh"}, residual([linear(5)], shortcut=[{"type": "sigmoid"}]),
                                        {"type": "tanh"}, linear(5)]), linear(3)]),
    "lstm": ([5, 3], [lstm(4), LAST, linear(3)]),
    "lstm_mean": ([4, 3], [{"type": "linear", "out_features": 3}, {"type": "tanh"}, lstm(4), MEAN, linear(3)]),
    "lstm_stacked": ([4, 2], [lstm(3, num_layers=2, bidirectional=True), LAST, linear(3)]),
    "lstm_places": ([4, 2], [lstm(5), linear(3)]),
    "layer_norm": ([5], [linear(6), NORM, {"type": "tanh"}, linear(3)]),
    "embedding": ([5], TOKENS + [MEAN, linear(3)]),
    "attention": ([4, 6], [{"type": "multihead_attention", "num_heads": 2}, LAST, linear(3)]),
    "attention_without_bias": ([4, 6], [linear(6), {"type": "multihead_attention", "num_heads": 3, "bias": False},
                                        MEAN, linear(3)]),
    "transformer": ([7], TOKENS + [
        residual([NORM, {"type": "multihead_attention", "num_heads": 2, "causal": True, "name": "heads"}]),
        residual([NORM, linear(12), {"type": "gelu"}, linear(6)]), NORM, linear(11)]),
}

OPTIMIZERS = {
    "sgd": dict(SGD, weight_decay=0.05),
    "sgd_momentum": dict(SGD, momentum=0.9, dampening=0.3, weight_decay=0.05),
    "sgd_nesterov": dict(SGD, momentum=0.9, nesterov=True, weight_decay=0.05),
    "adagrad": {"type": "adagrad", "learning_rate": 0.1},
    "adagrad_decay": {"type": "adagrad", "learning_rate": 0.1, "lr_decay": 0.2, "weight_decay": 0.05,
                      "initial_accumulator_value": 0.3, "eps": 0.01},
    "rmsprop": {"type": "rmsprop", "learning_rate": 0.01},
    "rmsprop_centered": {"type": "rmsprop", "learning_rate": 0.01, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.05,
                         "momentum": 0.8, "centered": True},
    "rmsprop_momentum": {"type": "rmsprop", "learning_rate": 0.01, "momentum": 0.8},
    "adam": {"type": "adam", "learning_rate": 0.02},
    "adam_amsgrad": {"type": "adam", "learning_rate": 0.02, "betas": [0.8, 0.9], "eps": 1e-4, "weight_decay": 0.05,
                     "amsgrad": True},
    "adamw": {"type": "adamw", "learning_rate": 0.02},
    "adamw_amsgrad": {"type": "adamw", "learning_rate": 0.02, "betas": [0.8, 0.9], "weight_decay": 0.3,
                      "amsgrad": True},
}

def columns(width, **sizes):
    return {"type": "column_embedding", "embedding_dim": width, "columns": {k[1:]: v for k, v in sizes.items()}}


# These run last, for the same reason.
COLUMNS = {
    # The number of the last category is none that BFLOAT16 represents.
    "column_embedding": ([6], [columns(3, _1=5, _4=300), linear(7), {"type": "tanh"}, linear(3)]),
    "column_embedding_alone": ([2], [columns(4, _0=3, _1=6), linear(3)]),
}

MLP = [linear(7), {"type": "tanh"}, linear(3)]

SMOOTHING = {"label_smoothing": 0.1}
CLASS_WEIGHTS = {"class_weights": [0.4, 2.5, 1.1]}

# The last number is a batch that engine dl4j cuts into shards.
WEIGHTED = {
    "dense": ([5], MLP, 200),
    "conv": ([1, 5, 4], [conv(3, 2), {"type": "relu"}, FLATTEN, linear(3)], 100),
    "sequence": ([4, 2], SEQUENCES["lstm_places"][1], 50),
}


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, (shape, layers) in LAYERS.items():
        run(directory, "layer-" + name, shape, layers, SGD)
    for name, optim in OPTIMIZERS.items():
        run(directory, "optimizer-" + name, [5], MLP, optim, steps=10)
    run(directory, "optimizer-clipped", [5], MLP, dict(SGD, momentum=0.9), steps=10, clip=0.2)
    run(directory, "loss-mse", [5], MLP, SGD, loss="mse", steps=10)
    run(directory, "single-samples", [2, 7, 6], LAYERS["conv2d"][1], SGD, batch=1, steps=10)
    for name, (shape, layers) in SEQUENCES.items():
        run(directory, "layer-" + name, shape, layers, SGD)
    run(directory, "single-sequences", [5, 3], SEQUENCES["lstm"][1], SGD, batch=1, steps=10)
    for name, (shape, layers, sharded) in WEIGHTED.items():
        def loss_run(kind, batch=6, steps=3, weighted=False, **arguments):
            loss = {"type": "cross_entropy", **arguments} if arguments else "cross_entropy"
            run(directory, "loss-%s_%s" % (name, kind), shape, layers, SGD, loss, batch, steps, weighted=weighted)
        loss_run("smoothing", **SMOOTHING)
        loss_run("classes", **CLASS_WEIGHTS)
        loss_run("samples", weighted=True)
        loss_run("all", sharded, 2, weighted=True, **SMOOTHING, **CLASS_WEIGHTS)
    run(directory, "loss-mse_samples", [5], MLP, SGD, "mse", 200, 2, weighted=True)
    for name, (shape, layers) in COLUMNS.items():
        run(directory, "layer-" + name, shape, layers, SGD)


main()
