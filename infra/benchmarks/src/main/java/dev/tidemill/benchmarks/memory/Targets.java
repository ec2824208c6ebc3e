package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the engines are meant to reach, on one thread, beside their peers. */
final class Targets {
  private static final Set<Integer> BESIDE_STOCK = Set.of(32, 128);
  private static final Set<Integer> BESIDE_PYTORCH = Set.of(1, 8, 32, 128);

  private final String engine;
  private final Work work;
  private final Isa isa;

  Targets(String engine, Work work, Isa isa) {
    this.engine = engine;
    this.work = work;
    this.isa = isa;
  }

  /** The targets of one network and batch size. */
  List<Target> of(String network, int size, Rounds rounds) {
    String what = network + ", " + work.words() + isa.words() + ", B = " + size + ": ";
    List<Target> targets = new ArrayList<>();
    if (engine.equals("torch")) {
      targets.add(beside(Peers.PYTORCH, size == 1 ? 1.3 : 1, what, rounds));
    } else if (network.equals("lenet")) {
      if (work == Work.TRAINING && isa == Isa.NATIVE && BESIDE_STOCK.contains(size)) {
        targets.add(beside(Peers.STOCK, 20, what, rounds));
      }
      if (BESIDE_PYTORCH.contains(size)) {
        targets.add(beside(Peers.PYTORCH, lenetBesidePyTorch(size), what, rounds));
      }
    }
    return targets;
  }

  private static Target beside(String peer, double least, String what, Rounds rounds) {
    return Target.atLeast(
        least, what + Peers.OURS + " ÷ " + peer, rounds.ratio(Peers.OURS, peer, Peers.RATE));
  }

  private double lenetBesidePyTorch(int size) {
    if (work == Work.INFERENCE) {
      return 1.5;
    }
    return size == 1 ? 3 : 1;
  }
}
