"""A round in memory: as many steps as fit into its time, at least one."""
from time import perf_counter


def timed_round(order, batches, step, finish):
    """step: takes one of the batches. finish: returns when all steps are done, where a device does them by itself."""
    seconds, steps, number = order["seconds"], 0, len(batches)
    begin = perf_counter()
    while True:
        step(batches[steps % number])
        steps += 1
        if perf_counter() - begin >= seconds:
            break
    finish()
    ms = (perf_counter() - begin) * 1000 / steps
    return {"steps": steps, "ms_per_step": ms, "samples_per_second": order["batch"] * 1000 / ms}
