package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The dead letters about one topic, and the violations of G7 that they show. */
final class LetterCheck {
  private final Map<Place, List<Letter>> letters = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  LetterCheck(List<Letter> about) {
    for (Letter letter : about) {
      letters.computeIfAbsent(letter.of(), place -> new ArrayList<>()).add(letter);
    }
  }

  List<Letter> about(Place record) {
    return letters.getOrDefault(record, List.of());
  }

  /** Checks the letters about one record: at most so many, and with its bytes. */
  void check(Place record, boolean committed, long checksum, int most) {
    List<Letter> about = about(record);
    if (about.size() > most) {
      add(
          Anomaly.DUPLICATE,
          record.toString(),
          "has %d dead letters, the last at %s"
              .formatted(about.size(), about.get(about.size() - 1).at()));
    }
    for (Letter letter : about) {
      if (!committed) {
        add(
            Anomaly.ABORTED_READ,
            letter.at().toString(),
            "is about %s, which is not committed".formatted(record));
      } else if (!letter.checksum().equals(OptionalLong.of(checksum))
          && letter.checksum().isPresent()) {
        add(
            Anomaly.CORRUPTION,
            letter.at().toString(),
            "has other bytes than %s".formatted(record));
      }
    }
  }

  /** Reports letters about records that never existed. */
  void checkOrigins(Predicate<Place> exists) {
    for (Map.Entry<Place, List<Letter>> about : letters.entrySet()) {
      if (!exists.test(about.getKey())) {
        add(
            Anomaly.PHANTOM,
            about.getValue().get(0).at().toString(),
            "is about %s, where there is no record".formatted(about.getKey()));
      }
    }
  }

  void add(Anomaly anomaly, String where, String text) {
    violations.add(new Violation(Guarantee.G7, anomaly, where, text));
  }

  List<Violation> violations() {
    return violations;
  }
}
