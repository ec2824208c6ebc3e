"""Prints the bytes that PyTorch saves for the backward pass and the FLOPs of the forward pass, per sample of each built-in spec. NetworkCostTest uses these figures."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

BATCH = 32


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + (x if self.shortcut is None else self.shortcut(x))


class Attention(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = nn.MultiheadAttention(features, heads, batch_first=True)

    def forward(self, x):
        mask = torch.triu(torch.ones(x.shape[1], x.shape[1], dtype=torch.bool), 1)
        return self.heads(x, x, x, attn_mask=mask, is_causal=True, need_weights=False)[0]


class Positions(nn.Module):
    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(length, features))

    def forward(self, x):
        return x + self.weight


class Lstm(nn.Module):
    def __init__(self, features, layers, both):
        super().__init__()
        self.lstm = nn.LSTM(features, 64, layers, batch_first=True, bidirectional=both)
        self.fc = nn.Linear(128 if both else 64, 4)

    def forward(self, x):
        return self.fc(self.lstm(x)[0].mean(1))


def normed(inputs, outputs, kernel, stride, padding):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs))


def block(inputs, outputs, stride):
    body = nn.Sequential(normed(inputs, outputs, 3, stride, 1), nn.ReLU(), normed(outputs, outputs, 3, 1, 1))
    return nn.Sequential(Residual(body, None if stride == 1 else normed(inputs, outputs, 1, stride, 0)), nn.ReLU())


def encoder():
    return nn.Sequential(
        Residual(nn.Sequential(nn.LayerNorm(64), Attention(64, 4))),
        Residual(nn.Sequential(nn.LayerNorm(64), nn.Linear(64, 256), nn.GELU(), nn.Linear(256, 64))))


def networks():
    images = torch.rand(BATCH, 1, 28, 28)
    yield "lenet", images, nn.Sequential(
        nn.ZeroPad2d(2), nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    yield "mlp", images, nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    yield "resnet", images, nn.Sequential(
        normed(1, 16, 3, 1, 1), nn.ReLU(), block(16, 16, 1), block(16, 32, 2), block(32, 64, 2),
        nn.AvgPool2d(7), nn.Flatten(), nn.Linear(64, 10))
    yield "lstm", torch.rand(BATCH, 64, 1), Lstm(1, 1, False)
    yield "lstm of 256 features", torch.rand(BATCH, 64, 256), Lstm(256, 1, False)
    yield "lstm of two layers both ways", torch.rand(BATCH, 64, 1), Lstm(1, 2, True)
    yield "transformer", torch.zeros(BATCH, 64, dtype=torch.long), nn.Sequential(
        nn.Embedding(256, 64), Positions(64, 64), encoder(), encoder(), nn.LayerNorm(64), nn.Linear(64, 256))


def saved_bytes(network, inputs):
    """Counts each storage once, without parameters and buffers."""
    own = {t.untyped_storage().data_ptr() for t in [*network.parameters(), *network.buffers()]}
    held, sizes = [], {}

    def pack(tensor):
        memory = tensor.untyped_storage()
        if memory.data_ptr() not in own:
            sizes[memory.data_ptr()] = memory.nbytes()
            held.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        outputs = network(inputs)
        outputs = outputs.reshape(-1, outputs.shape[-1])
        loss = F.cross_entropy(outputs, torch.zeros(len(outputs), dtype=torch.long))
    del loss
    return sum(sizes.values())


for name, inputs, network in networks():
    with FlopCounterMode(display=False) as counter:
        network(inputs)
    print(f"{name}: {saved_bytes(network, inputs) / BATCH:,.0f} bytes, {counter.get_total_flops() / BATCH:,.0f} FLOPs")
