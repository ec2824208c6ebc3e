package dev.tidemill.cli.doctor;

import java.util.Collection;
import java.util.List;

/** Words of findings. */
final class Words {
  private static final int NAMED = 3;

  private Words() {}

  /** Returns a number with its noun: {@code 1 broker}, {@code 3 brokers}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Returns the first names, and how many there are more. */
  static String some(Collection<String> names) {
    List<String> first = names.stream().sorted().limit(NAMED).toList();
    int more = names.size() - first.size();
    return String.join(", ", first) + (more == 0 ? "" : " and " + more + " more");
  }
}
