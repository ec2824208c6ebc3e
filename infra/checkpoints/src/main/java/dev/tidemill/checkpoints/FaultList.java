package dev.tidemill.checkpoints;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Collects what is wrong with a lineage, one sentence each; counts what is beyond a limit. */
final class FaultList {
  /** A lineage with more faults is damaged beyond what reading further sentences would tell. */
  static final int MOST = 1_000;

  private record Fault(long version, String sentence) {}

  private final List<Fault> faults = new ArrayList<>();
  private long more;

  void add(long version, String sentence) {
    if (faults.size() < MOST) {
      faults.add(new Fault(version, sentence));
    } else {
      more++;
    }
  }

  void addAll(FaultList others) {
    others.faults.forEach(fault -> add(fault.version(), fault.sentence()));
    more += others.more;
  }

  /** By ascending version. */
  List<String> sentences() {
    Stream<String> sorted =
        faults.stream().sorted(Comparator.comparingLong(Fault::version)).map(Fault::sentence);
    return Stream.concat(
            sorted, more == 0 ? Stream.empty() : Stream.of("and " + more + " faults more"))
        .toList();
  }
}
