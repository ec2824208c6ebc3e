"""PyTorch, answering from values that lie ready. Arguments: the task's folder, then maybe device, precision, and eager or compiled."""
import sys

from participant import serve
import torch
from timed_round import timed_round
from torch_task import Task

task = Task(*sys.argv[1:4])
network = task.network().eval()


def answers(inputs):
    with task.autocast():
        return task.answers(network, inputs).float()


forward = torch.compile(answers) if sys.argv[4:] == ["compiled"] else answers


@torch.inference_mode()
def run(order):
    batches = task.batches(order["batch"])
    if "check" in order:
        return {"check": forward(batches[0][0]).flatten().tolist()}
    # An answer is one when the caller has it.
    return timed_round(order, batches, lambda batch: forward(batch[0]).cpu(), task.finish)


serve({"PyTorch": torch.__version__}, run)
