"""PyTorch, eager, trained from floats in memory. Arguments: folder of the samples, name of the network."""
import sys

from participant import serve
import torch
from torch.nn.functional import cross_entropy
from timed_round import timed_round
from torch_networks import Samples, build

folder, name = sys.argv[1:]
samples = Samples(name, folder)


def learner():
    network = build(name, folder)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)

    def step(batch):
        inputs, labels = batch
        optimizer.zero_grad()
        loss = cross_entropy(network(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


learn = learner()


def run(order):
    batches = samples.batches(order["batch"])
    if "check" in order:
        step = learner()
        return {"check": [step(batch).item() for batch in batches[:order["check"]]]}
    return timed_round(order, batches, learn)


serve({"PyTorch": torch.__version__}, run)
