"""A spec's layers as torch.nn modules, as a user of PyTorch writes them. Sizes and values come from the state's tensors.

Attention is scaled_dot_product_attention over one projection for queries, keys and values. It is faster than
nn.MultiheadAttention (PyTorch 2.13 on a CPU, training and inference, B = 1 and 32).
"""
import torch
from torch import nn
from torch.nn import functional


class PositionalEmbedding(nn.Module):
    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, features))

    def forward(self, x):
        return x + self.weight


class Lstm(nn.LSTM):
    def forward(self, x):
        return super().forward(x)[0]


class SelfAttention(nn.Module):
    """Has nn.MultiheadAttention's tensors, batch first."""

    def __init__(self, features, heads, causal, dropout, bias):
        super().__init__()
        self.heads, self.causal, self.dropout = heads, causal, dropout
        self.in_proj_weight = nn.Parameter(torch.empty(3 * features, features))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * features)) if bias else None
        self.out_proj = nn.Linear(features, features, bias)

    def forward(self, x):
        batch, length, features = x.shape
        heads = functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = heads.view(batch, length, 3, self.heads, features // self.heads).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(
            query, key, value, is_causal=self.causal, dropout_p=self.dropout if self.training else 0)
        return self.out_proj(seen.transpose(1, 2).reshape(batch, length, features))


class Last(nn.Module):
    def forward(self, x):
        return x[:, -1]


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(1)


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.shortcut(x) + self.body(x)


def sequential(layers, state, prefix=""):
    """Builds layers in sequence, with the state's values.

    layers: as the spec lists them. state: tensors by name. prefix: of these layers' names.
    """
    return nn.Sequential(*(_layer(spec, state, prefix + spec["name"]) for spec in layers))


def _layer(spec, state, name):
    if spec["type"] == "residual":
        shortcut = sequential(spec["shortcut"], state, name + ".shortcut.") if spec["shortcut"] else nn.Identity()
        return Residual(sequential(spec["layers"], state, name + "."), shortcut)
    module = _MAKERS[spec["type"]](spec, lambda tensor: state[f"{name}.{tensor}"].shape)
    with torch.no_grad():
        for own, tensor in [*module.named_parameters(), *module.named_buffers()]:
            if not own.endswith("num_batches_tracked"):
                tensor.copy_(state[f"{name}.{own}"])
    return module


def _window(spec):
    return {key: spec[key] for key in ("kernel_size", "stride", "padding")}


def _norm(kind):
    return lambda spec, shape: kind(shape("weight")[0], eps=spec["eps"], momentum=spec["momentum"])


_MAKERS = {
    "conv2d": lambda spec, shape: nn.Conv2d(
        shape("weight")[1], spec["out_channels"], bias=spec["bias"], **_window(spec)),
    "max_pool2d": lambda spec, shape: nn.MaxPool2d(**_window(spec)),
    "avg_pool2d": lambda spec, shape: nn.AvgPool2d(**_window(spec)),
    "linear": lambda spec, shape: nn.Linear(shape("weight")[1], spec["out_features"], spec["bias"]),
    "batch_norm1d": _norm(nn.BatchNorm1d),
    "batch_norm2d": _norm(nn.BatchNorm2d),
    "dropout": lambda spec, shape: nn.Dropout(spec["p"]),
    "flatten": lambda spec, shape: nn.Flatten(),
    "relu": lambda spec, shape: nn.ReLU(),
    "tanh": lambda spec, shape: nn.Tanh(),
    "sigmoid": lambda spec, shape: nn.Sigmoid(),
    "gelu": lambda spec, shape: nn.GELU(spec["approximate"]),
    "embedding": lambda spec, shape: nn.Embedding(*shape("weight")),
    "positional_embedding": lambda spec, shape: PositionalEmbedding(*shape("weight")),
    "lstm": lambda spec, shape: Lstm(
        shape("weight_ih_l0")[1], spec["hidden_size"], spec["num_layers"], batch_first=True,
        dropout=spec["dropout"], bidirectional=spec["bidirectional"]),
    "layer_norm": lambda spec, shape: nn.LayerNorm(shape("weight"), eps=spec["eps"]),
    "multihead_attention": lambda spec, shape: SelfAttention(
        shape("out_proj.weight")[0], spec["num_heads"], spec["causal"], spec["dropout"], spec["bias"]),
    "sequence_pool": lambda spec, shape: Last() if spec["mode"] == "last" else Mean(),
}
