"""The input of all participants of a comparison, for PyTorch: network, initial weights, optimizer and samples.

The folder has network.json (the spec, and the samples' element types), state.safetensors, inputs.bin and labels.bin.
"""
import contextlib
import json

import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss, pad

from torch_layers import sequential

torch.set_num_threads(1)
torch.set_num_interop_threads(1)

_ELEMENTS = {"UINT8": torch.uint8, "INT32": torch.int32, "FLOAT32": torch.float32}
# Fused optimizers are the fastest, on a CPU too; RMSprop has none.
_OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"fused": True}),
    "adagrad": (torch.optim.Adagrad, {"fused": True}),
    "rmsprop": (torch.optim.RMSprop, {"foreach": True}),
    "adam": (torch.optim.Adam, {"fused": True}),
    "adamw": (torch.optim.AdamW, {"fused": True}),
}


class Task:
    """device: cpu or cuda:N. precision: float32, or bfloat16 for autocast."""

    def __init__(self, folder, device="cpu", precision="float32"):
        with open(f"{folder}/network.json", encoding="utf-8") as file:
            about = json.load(file)
        self.spec = about["spec"]
        self.device = torch.device(device)
        self.precision = precision
        self.folder = folder
        self.elements = {name: _ELEMENTS[about[name]] for name in ("inputs", "labels")}
        loss = self.spec["loss"]
        loss = {"type": loss} if isinstance(loss, str) else loss
        self.mse = loss["type"] == "mse"
        self.loss_arguments = {"label_smoothing": loss.get("label_smoothing", 0.0)}
        if "class_weights" in loss:
            self.loss_arguments["weight"] = torch.tensor(loss["class_weights"], device=self.device)
        self.prepared = {}
        self.samples = None

    @property
    def images(self):
        return len(self.spec["input"]["shape"]) == 3

    def network(self):
        network = sequential(self.spec["layers"], _tensors(f"{self.folder}/state.safetensors")).to(self.device)
        if self.images and self.device.type == "cuda":
            network = network.to(memory_format=torch.channels_last)
        return network

    def optimizer(self, network):
        arguments = dict(self.spec["optimizer"])
        kind, how = _OPTIMIZERS[arguments.pop("type")]
        rate = arguments.pop("learning_rate")
        arguments.pop("state_dtype", None)
        return kind(network.parameters(), lr=rate, **arguments, **how)

    def autocast(self):
        if self.precision == "bfloat16":
            return torch.autocast(self.device.type, torch.bfloat16)
        return contextlib.nullcontext()

    def loss(self, outputs, labels):
        if self.mse:
            return mse_loss(outputs, labels)
        # One label per sample, or one per position of a sequence.
        return cross_entropy(outputs.flatten(0, -2), labels.flatten(), **self.loss_arguments)

    def answers(self, network, inputs):
        """The served outputs: probabilities (of the last position, if each has some), or plain outputs for mse."""
        if self.each_place():
            outputs = network[-1](network[:-1](inputs)[:, -1])
        else:
            outputs = network(inputs)
        return outputs if self.mse else outputs.softmax(-1)

    def each_place(self):
        """Whether each position has a label; the last layer then acts on each position separately."""
        self._read()
        return not self.mse and self.samples[1].dim() == 2

    def batches(self, size):
        """Pairs of inputs and labels on the device, prepared before any clock runs."""
        self._read()
        if size not in self.prepared:
            inputs, labels = self.samples
            whole = len(inputs) // size * size
            self.prepared[size] = list(zip(inputs[:whole].split(size), labels[:whole].split(size)))
        return self.prepared[size]

    def finish(self):
        """Waits until the device has finished its work."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def _read(self):
        if self.samples is not None:
            return
        shape, layers = self.spec["input"], self.spec["layers"]
        inputs = _values(f"{self.folder}/inputs.bin", self.elements["inputs"]).view(-1, *shape["shape"])
        labels = _values(f"{self.folder}/labels.bin", self.elements["labels"]).view(len(inputs), -1).squeeze(1)
        if layers[0]["type"] == "embedding":
            inputs = inputs.long()
        else:
            inputs = pad(inputs.float() * shape["scale"], [shape["pad"]] * 4) if self.images \
                else inputs.float() * shape["scale"]
        labels = labels.float() if self.mse else labels.long()
        inputs, labels = inputs.to(self.device), labels.to(self.device)
        if self.images and self.device.type == "cuda":
            inputs = inputs.contiguous(memory_format=torch.channels_last)
        self.samples = inputs, labels


def _values(path, element):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=element)


def _tensors(path):
    """The tensors of a safetensors file of floats, by name."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (offset // 4 for offset in entry["data_offsets"])
            tensors[name] = data[begin:end].view(entry["shape"])
    return tensors
