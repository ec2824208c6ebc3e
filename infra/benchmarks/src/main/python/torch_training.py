"""PyTorch, trained from values that lie ready. Arguments: the task's folder, then maybe device, precision, and eager or compiled."""
import sys

from participant import serve
import torch
from torch.nn.utils import clip_grad_norm_
from timed_round import timed_round
from torch_task import Task

task = Task(*sys.argv[1:4])
compiled = sys.argv[4:] == ["compiled"]


def learner():
    network = task.network()
    optimizer = task.optimizer(network)
    norm = task.spec["training"].get("max_grad_norm")
    forward = torch.compile(network) if compiled else network

    def step(batch):
        inputs, labels = batch
        optimizer.zero_grad()
        with task.autocast():
            loss = task.loss(forward(inputs), labels)
        loss.backward()
        if norm is not None:
            clip_grad_norm_(network.parameters(), norm)
        optimizer.step()
        return loss

    return step


learn = learner()


def run(order):
    batches = task.batches(order["batch"])
    if "check" in order:
        step = learner()
        return {"check": [step(batch).item() for batch in batches[:order["check"]]]}
    return timed_round(order, batches, learn, task.finish)


serve({"PyTorch": torch.__version__}, run)
