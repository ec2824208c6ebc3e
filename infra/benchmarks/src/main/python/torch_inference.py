"""PyTorch, eager, answering from floats in memory. Arguments: folder of the samples, name of the network."""
import sys

from participant import serve
import torch
from timed_round import timed_round
from torch_networks import Samples, build

folder, name = sys.argv[1:]
samples = Samples(name, folder)
network = build(name, folder).eval()


def answer(batch):
    return torch.softmax(network(batch[0]), 1)


@torch.inference_mode()
def run(order):
    batches = samples.batches(order["batch"])
    if "check" in order:
        return {"check": answer(batches[0]).flatten().tolist()}
    return timed_round(order, batches, answer)


serve({"PyTorch": torch.__version__}, run)
