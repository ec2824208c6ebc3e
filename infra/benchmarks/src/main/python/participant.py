"""A Python participant's side of a benchmark: answers on standard output, everything else on standard error.

    from participant import serve
    serve({"PyTorch": torch.__version__}, lambda order: {"seconds": ...})
"""
import json
import os
import platform
import sys

# Nothing else may write among the answers. Native libraries write to descriptor 1.
_answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
sys.stdout = sys.stderr


def _say(word, what):
    _answers.write(f"{word} {json.dumps(what)}\n")
    _answers.flush()


def serve(versions, run):
    """Reports that it is ready, and runs rounds until it is told to exit or its input ends.

    versions: of what it measures, besides Python's. run: takes an order (a dict), returns the round's figures (a dict).
    """
    _say("ready", {"versions": {"Python": platform.python_version(), **versions}})
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "exit":
            return
        if not line.startswith("run "):
            raise SystemExit(f"not an order: {line}")
        _say("done", run(json.loads(line[len("run "):])))
