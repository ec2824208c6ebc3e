package dev.tidemill.pipeline;

import java.util.List;

/** What {@code doctor} printed. */
record Diagnosis(int status, List<String> out, List<String> error) {
  /** All checks, in order. */
  static final List<String> CHECKS =
      List.of(
          "brokers",
          "topics",
          "replication",
          "rights",
          "transactions",
          "clocks",
          "disk",
          "workers",
          "pipeline");

  static Diagnosis of(Outcome outcome) {
    return new Diagnosis(outcome.status(), outcome.out(), outcome.error());
  }

  /** The names of the checks, without repetitions. */
  List<String> checks() {
    return out.stream().map(line -> line.split(" ", 2)[0]).distinct().toList();
  }

  List<String> lines(String check) {
    return out.stream().filter(line -> line.startsWith(check + " ")).toList();
  }

  /** The first line of a check. */
  String line(String check) {
    List<String> lines = lines(check);
    if (lines.isEmpty()) {
      throw new AssertionError("no line of " + check + " in " + this);
    }
    return lines.get(0);
  }

  /** The lines of all other checks. */
  List<String> without(String check) {
    return out.stream().filter(line -> !line.startsWith(check + " ")).toList();
  }
}
