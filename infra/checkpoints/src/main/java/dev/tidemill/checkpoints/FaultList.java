package dev.tidemill.checkpoints;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Collects the faults of a lineage, one sentence each, and only counts those beyond a limit. */
final class FaultList {
  /** The most faults to describe; beyond that, more sentences do not help. */
  static final int MAX_FAULTS = 1_000;

  private record Fault(long version, String sentence) {}

  private final List<Fault> faults = new ArrayList<>();
  private long more;

  void add(long version, String sentence) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(new Fault(version, sentence));
    } else {
      more++;
    }
  }

  void addAll(FaultList others) {
    others.faults.forEach(fault -> add(fault.version(), fault.sentence()));
    more += others.more;
  }

  /** Returns the sentences by ascending version. */
  List<String> sentences() {
    Stream<String> sorted =
        faults.stream().sorted(Comparator.comparingLong(Fault::version)).map(Fault::sentence);
    return Stream.concat(
            sorted, more == 0 ? Stream.empty() : Stream.of("and " + more + " more faults"))
        .toList();
  }
}
