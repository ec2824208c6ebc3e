package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the engine is meant to reach, on one thread: LeNet, beside its peers. */
final class Goals {
  private static final Set<Integer> BESIDE_STOCK = Set.of(32, 128);
  private static final Set<Integer> BESIDE_PYTORCH = Set.of(1, 8, 32, 128);

  private Goals() {}

  /** The targets of one network and batch size. */
  static List<Target> of(Work work, Isa isa, String network, int size, Rounds rounds) {
    List<Target> targets = new ArrayList<>();
    if (!network.equals("lenet")) {
      return targets;
    }
    String what = "LeNet, " + work.words() + isa.words() + ", B = " + size + ": " + Peers.OURS;
    if (work == Work.TRAINING && isa == Isa.NATIVE && BESIDE_STOCK.contains(size)) {
      targets.add(
          Target.atLeast(
              20, what + " ÷ " + Peers.STOCK, rounds.ratio(Peers.OURS, Peers.STOCK, Peers.RATE)));
    }
    if (BESIDE_PYTORCH.contains(size)) {
      targets.add(
          Target.atLeast(
              besidePyTorch(work, size),
              what + " ÷ " + Peers.PYTORCH,
              rounds.ratio(Peers.OURS, Peers.PYTORCH, Peers.RATE)));
    }
    return targets;
  }

  private static double besidePyTorch(Work work, int size) {
    if (work == Work.INFERENCE) {
      return 1.5;
    }
    return size == 1 ? 3 : 1;
  }
}
