package dev.tidemill.cli.demo;

import dev.tidemill.cli.output.EpochLine;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DelayedDrift;
import dev.tidemill.schemas.DriftEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a demo's report says of drift: where it began, and what became of the accuracy. */
final class DriftLines {
  private final List<DriftEvent> events = new ArrayList<>();
  private final Map<Long, Checkpoint> versions = new TreeMap<>();

  void add(DriftEvent event) {
    events.add(event);
  }

  /** Adds a manifest; the newest one of a version replaces earlier ones. */
  void add(Checkpoint manifest) {
    versions.put(manifest.getVersion(), manifest);
  }

  int count() {
    return events.size();
  }

  /** The lines; empty without an event. */
  String text() {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(text(event)));
    return text.toString();
  }

  private String text(DriftEvent event) {
    DelayedDrift delayed = event.getDelayed();
    if (delayed != null) {
      return String.format(
          Locale.ROOT,
          "drift     in delayed labels (partition %d, offset %d), found by %s after %,d labels:"
              + " %s%n",
          event.getPartition(),
          event.getOffset(),
          event.getDetector(),
          delayed.getLabels(),
          event.getAction());
    }
    List<Double> accuracies = accuracies(event.getBegan());
    return String.format(
            Locale.ROOT,
            "drift     from sample %,d on (partition %d, offset %d), found by %s %,d samples"
                + " later: %s%n",
            event.getBegan(),
            event.getPartition(),
            event.getOffset(),
            event.getDetector(),
            event.getDetected() - event.getBegan(),
            event.getAction())
        + (accuracies.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "          accuracy %s before, %s at its lowest, %s in the last version%n",
                EpochLine.figure(accuracies.get(0)),
                EpochLine.figure(accuracies.get(1)),
                EpochLine.figure(accuracies.get(2))));
  }

  /** The accuracy before the change, at its lowest since, and last; empty for a regression. */
  private List<Double> accuracies(long began) {
    @Nullable Double before =
        versions.values().stream()
            .filter(version -> version.getSamples() <= began)
            .map(Checkpoint::getAccuracy)
            .filter(Objects::nonNull)
            .reduce((one, other) -> other)
            .orElse(null);
    List<Double> since =
        versions.values().stream()
            .filter(version -> version.getSamples() > began)
            .map(Checkpoint::getAccuracy)
            .filter(Objects::nonNull)
            .toList();
    return before == null || since.isEmpty()
        ? List.of()
        : List.of(
            before,
            since.stream().min(Comparator.naturalOrder()).orElseThrow(),
            since.get(since.size() - 1));
  }
}
