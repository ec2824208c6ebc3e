"""The compared networks as a user of PyTorch writes them, on one thread, with the suite's weights and samples."""
import torch
from torch import nn

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def build(name, folder):
    """lenet, for 1 x 32 x 32 images, or mlp, for 784 values; with the weights that all begin with."""
    if name == "lenet":
        network = nn.Sequential(
            nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    else:
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    with open(f"{folder}/{name}.f32", "rb") as file:
        weights = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    with torch.no_grad():
        for parameter, values in zip(network.parameters(), weights.split([p.numel() for p in network.parameters()])):
            parameter.copy_(values.view_as(parameter))
    return network


class Samples:
    """Scaled, padded floats and the labels, cut into batches before any clock runs."""

    def __init__(self, name, folder):
        with open(f"{folder}/images.u8", "rb") as file:
            images = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).view(-1, 1, 28, 28) / 255
        self.images = nn.functional.pad(images, (2, 2, 2, 2)) if name == "lenet" else images
        with open(f"{folder}/labels.i32", "rb") as file:
            self.labels = torch.frombuffer(bytearray(file.read()), dtype=torch.int32).long()
        self.prepared = {}

    def batches(self, size):
        if size not in self.prepared:
            whole = len(self.images) // size * size
            self.prepared[size] = list(zip(self.images[:whole].split(size), self.labels[:whole].split(size)))
        return self.prepared[size]
