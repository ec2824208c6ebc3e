"""A round in memory: as many steps as fit into its time, at least one."""
from time import perf_counter


def timed_round(order, batches, step):
    """step: takes one of the batches."""
    seconds, steps, number = order["seconds"], 0, len(batches)
    begin = perf_counter()
    while True:
        step(batches[steps % number])
        steps += 1
        taken = perf_counter() - begin
        if taken >= seconds:
            ms = taken * 1000 / steps
            return {"steps": steps, "ms_per_step": ms, "samples_per_second": order["batch"] * 1000 / ms}
