package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks G7 for {@code batches}: each record that cannot be decoded has a dead letter once a
 * trainer has passed it, and no record has two. A model that restarts may refuse a record again. A
 * batch that can be decoded may be refused, too; that it was left out without a dead letter is
 * found by {@link TrainedOnce}, from the samples that its version counts.
 */
public final class RefusedBatches {
  private final History history;
  private final LetterCheck letters;
  private final List<Letter> about;
  private final Map<Integer, Long> passed = new HashMap<>();

  private RefusedBatches(History history) {
    this.history = history;
    Set<String> topics =
        history.batches().stream().map(batch -> batch.at().topic()).collect(Collectors.toSet());
    this.about =
        history.letters().stream()
            .filter(letter -> letter.committed() && topics.contains(letter.of().topic()))
            .toList();
    this.letters = new LetterCheck(about);
    for (Manifest version : history.versions()) {
      version.positions().forEach((partition, at) -> pass(partition, at.sample().offset()));
      version.ranges().forEach(range -> pass(range.partition(), range.end().offset()));
    }
    for (GroupOffset offset : history.training()) {
      pass(offset.partition(), offset.offset());
    }
  }

  private void pass(int partition, long offset) {
    passed.merge(partition, offset, Math::max);
  }

  /** Returns the batches that were refused without a dead letter, or twice. */
  public static List<Violation> check(History history) {
    RefusedBatches check = new RefusedBatches(history);
    history.batches().forEach(check::checkBatch);
    check.checkLetters();
    return check.letters.violations();
  }

  private void checkBatch(Batch batch) {
    letters.check(batch.at(), batch.committed(), batch.checksum(), 1 + restartsBefore(batch.at()));
    boolean due = batch.committed() && !batch.readable() && isPassed(batch.at());
    if (due && letters.about(batch.at()).isEmpty()) {
      letters.add(Anomaly.LOST_WRITE, batch.at().toString(), "cannot be decoded: no dead letter");
    }
  }

  private void checkLetters() {
    Set<Place> places = history.batches().stream().map(Batch::at).collect(Collectors.toSet());
    letters.checkOrigins(place -> places.contains(place) || history.isDeleted(place));
    for (Letter letter : about) {
      if (!isPassed(letter.of())) {
        letters.add(
            Anomaly.TORN_TRANSACTION,
            letter.at().toString(),
            "is about %s, which no committed position has passed".formatted(letter.of()));
      }
    }
  }

  private boolean isPassed(Place record) {
    return record.offset() < passed.getOrDefault(record.partition(), 0L);
  }

  /** Returns how often a new model began at or before a record. */
  private int restartsBefore(Place record) {
    return (int)
        history.versions().stream()
            .map(version -> version.restart().get(record.partition()))
            .filter(to -> to != null && to.sample().offset() <= record.offset())
            .count();
  }
}
