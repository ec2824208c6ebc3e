package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest versions of the lineage. Guarded by its owner. */
final class VersionTable {
  private static final int MOST = 2_000;

  private final NavigableMap<Long, Checkpoint> versions = new TreeMap<>();
  private final Map<Long, Answers> answers = new TreeMap<>();
  private final boolean wholeLog;
  private long firstAnswerAt = Long.MAX_VALUE;
  private long revision;
  private long newestRollback;

  VersionTable() {
    this(true);
  }

  /**
   * @param wholeLog whether all answers ever given are added; otherwise the first one that is added
   *     need not be a version's first
   */
  VersionTable(boolean wholeLog) {
    this.wholeLog = wholeLog;
  }

  /** Adds a manifest; a later record of a version replaces the former. */
  void add(Checkpoint manifest) {
    versions.put(manifest.getVersion(), manifest);
    if (manifest.getLoss() == null) {
      newestRollback = Math.max(newestRollback, manifest.getVersion());
    }
    revision++;
    while (versions.size() > MOST) {
      long oldest = versions.firstKey();
      versions.remove(oldest);
      answers.remove(oldest);
    }
  }

  /** Counts an answer of a version. */
  void answered(long version, boolean isError, long atMillis) {
    firstAnswerAt = Math.min(firstAnswerAt, atMillis);
    Answers before = answers.getOrDefault(version, new Answers(atMillis, 0, 0));
    if (before.count() == 0) {
      revision++;
    }
    answers.put(
        version,
        new Answers(
            Math.min(before.firstAt(), atMillis),
            before.count() + 1,
            before.errors() + (isError ? 1 : 0)));
    if (answers.size() > MOST) {
      answers.remove(((TreeMap<Long, Answers>) answers).firstKey());
    }
  }

  /** Changes whenever a row is new or another. */
  long revision() {
    return revision;
  }

  long newest() {
    return versions.isEmpty() ? 0 : versions.lastKey();
  }

  /** Returns the newest version that is a rollback: only those have no loss; 0 if none is. */
  long newestRollback() {
    return newestRollback;
  }

  Optional<Checkpoint> newestManifest() {
    return versions.isEmpty() ? Optional.empty() : Optional.of(versions.lastEntry().getValue());
  }

  /** Returns the manifest of a version. */
  Optional<Checkpoint> manifest(long version) {
    return Optional.ofNullable(versions.get(version));
  }

  /** Returns the oldest known manifest after a version, which itself may be unknown. */
  Optional<Checkpoint> manifestAfter(long version) {
    return Optional.ofNullable(versions.higherEntry(version)).map(Map.Entry::getValue);
  }

  /** Returns a version as the page shows it. */
  Optional<VersionRow> find(long version) {
    return manifest(version).map(this::row);
  }

  /** Returns the newest versions, newest first. */
  List<VersionRow> rows(int most) {
    List<VersionRow> rows = new ArrayList<>();
    for (Checkpoint each : versions.descendingMap().values()) {
      if (rows.size() == most) {
        break;
      }
      rows.add(row(each));
    }
    return rows;
  }

  private VersionRow row(Checkpoint manifest) {
    Answers answered = answers.get(manifest.getVersion());
    return new VersionRow(
        manifest.getVersion(),
        manifest.getParent(),
        manifest.getRoot(),
        manifest.getRun(),
        manifest.getCreatedAt().toEpochMilli(),
        manifest.getWorker(),
        manifest.getEngine(),
        manifest.getContract(),
        manifest.getEpochs(),
        manifest.getSteps(),
        manifest.getSamples(),
        manifest.getLoss(),
        manifest.getAccuracy(),
        manifest.getErrors().stream()
            .map(each -> new ErrorRow(each.getTarget(), each.getMae(), each.getRmse()))
            .toList(),
        manifest.getRanges().stream()
            .map(
                range ->
                    new RangeRow(
                        range.getPartition(),
                        range.getEpoch(),
                        range.getStartOffset(),
                        range.getStartSample(),
                        range.getEndOffset(),
                        range.getEndSample()))
            .toList(),
        manifest.getGaps().size(),
        manifest.getRefusedRecords(),
        manifest.getChanges(),
        manifest.getPayload() == null ? null : manifest.getPayload().getBytes(),
        servedAt(manifest, answered),
        answered == null ? 0 : answered.count(),
        answered == null ? 0 : answered.errors());
  }

  private @Nullable Long servedAt(Checkpoint manifest, @Nullable Answers answered) {
    boolean isFirst = wholeLog || manifest.getCreatedAt().toEpochMilli() > firstAnswerAt;
    return answered != null && isFirst ? answered.firstAt() : null;
  }

  private record Answers(long firstAt, long count, long errors) {}

  /**
   * A version as the page shows it.
   *
   * @param root first version since parameters were fresh
   * @param bytes size of the weights and the optimizer state; null if retention removed them
   * @param servedAt when the first answer was given; null if there is none, or if it is older than
   *     what the dashboard read
   * @param answers answers that the dashboard saw
   */
  public record VersionRow(
      long version,
      @Nullable Long parent,
      long root,
      long run,
      long createdAt,
      String worker,
      String engine,
      int contract,
      int epochs,
      long steps,
      long samples,
      @Nullable Double loss,
      @Nullable Double accuracy,
      List<ErrorRow> errors,
      List<RangeRow> ranges,
      int gaps,
      long refusedRecords,
      List<String> changes,
      @Nullable Long bytes,
      @Nullable Long servedAt,
      long answers,
      long answerErrors) {}

  /** The error of a target of a regression, in its unit. */
  public record ErrorRow(String target, double mae, double rmse) {}

  /** An offset range that a version was trained on, from (offset, sample) to (offset, sample). */
  public record RangeRow(
      int partition, int epoch, long begin, int beginSample, long end, int endSample) {}
}
