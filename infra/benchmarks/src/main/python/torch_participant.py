"""PyTorch, on values that are ready in memory: trains, or answers.

Arguments: training or inference, the task's folder, device, precision, and eager or compiled.
"""
import sys
from time import perf_counter

from participant import serve
import torch
from torch.nn.utils import clip_grad_norm_
from torch_task import Task

work = sys.argv[1]
task = Task(*sys.argv[2:5])
compiled = sys.argv[5:] == ["compiled"]


def timed_round(order, batches, step):
    """As many steps as fit into the round's time, at least one."""
    seconds, steps, number = order["seconds"], 0, len(batches)
    begin = perf_counter()
    while True:
        step(batches[steps % number])
        steps += 1
        if perf_counter() - begin >= seconds:
            break
    task.finish()
    ms = (perf_counter() - begin) * 1000 / steps
    return {"steps": steps, "ms_per_step": ms, "samples_per_second": order["batch"] * 1000 / ms}


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


def training():
    learn = learner()

    def run(order):
        batches = task.batches(order["batch"])
        if "check" in order:
            step = learner()
            return {"check": [step(batch).item() for batch in batches[:order["check"]]]}
        return timed_round(order, batches, learn)

    return run


def inference():
    network = task.network().eval()

    def answers(inputs):
        with task.autocast():
            return task.answers(network, inputs).float()

    forward = torch.compile(answers) if compiled else answers

    @torch.inference_mode()
    def run(order):
        batches = task.batches(order["batch"])
        if "check" in order:
            return {"check": forward(batches[0][0]).flatten().tolist()}
        # An answer counts when the caller has it.
        return timed_round(order, batches, lambda batch: forward(batch[0]).cpu())

    return run


serve({"PyTorch": torch.__version__}, training() if work == "training" else inference())
