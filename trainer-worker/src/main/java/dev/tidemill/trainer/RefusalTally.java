package dev.tidemill.trainer;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Counts refused records and reports why. It reports the first record of each kind of reason at
 * once, and later the counts of each kind. A bounded run counts only in epoch 1, which reads the
 * records for the first time. Training thread.
 */
final class RefusalTally {
  /** Refused records before the share is checked, so that a few do not stop a short run. */
  static final int CHECKED_FROM = 100;

  /** Maximum number of kinds; further reasons, which hostile bytes may cause, count as other. */
  private static final int MAX_KINDS = 16;

  /** Numbers and bytes in hex; reasons that differ only in these are of one kind. */
  private static final Pattern FIGURES = Pattern.compile("(\\b[0-9a-f]{2}\\b ?)+|[0-9]+");

  private static final String OTHER = "other reasons";

  private final double maxShare;
  private final long refusedBefore;
  private final Consumer<String> notices;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private long accepted;
  private long refused;
  private long reported;
  private long atEpochBegin;

  /**
   * @param maxShare maximum share of the records read that may be refused
   * @param refusedBefore number of records refused from the lineage's beginning to this run
   * @param notices receives sentences for the user
   */
  RefusalTally(double maxShare, long refusedBefore, Consumer<String> notices) {
    this.maxShare = maxShare;
    this.refusedBefore = refusedBefore;
    this.notices = notices;
  }

  void accepted() {
    accepted++;
  }

  void refused(String reason) {
    refused++;
    String kind = FIGURES.matcher(reason).replaceAll("N");
    Kind known = kinds.get(kind);
    if (known == null) {
      boolean full = kinds.size() >= MAX_KINDS;
      known = kinds.computeIfAbsent(full ? OTHER : kind, k -> new Kind(full ? OTHER : reason));
      if (!full) {
        notices.accept("refused a record, which becomes a dead letter: " + reason);
        reported++;
      }
    }
    known.records++;
  }

  /** Returns the number of records that this run has refused. */
  long refused() {
    return refused;
  }

  /** Returns the number of records refused since the lineage began. */
  long refusedInLineage() {
    return refusedBefore + refused;
  }

  void beginEpoch() {
    atEpochBegin = refused;
  }

  long refusedInEpoch() {
    return refused - atEpochBegin;
  }

  /** Whether the share of refused records exceeds the maximum. */
  boolean isTooMany() {
    return refused >= CHECKED_FROM && refused > maxShare * (accepted + refused);
  }

  /**
   * Creates the error for too many refused records.
   *
   * @param committed whether their dead letters are committed
   */
  RefusedRecordsException tooMany(String topic, boolean committed) {
    return RefusedRecordsException.tooMany(topic, maxShare, summary(), committed);
  }

  /** Reports the counts if any record was refused since the last report. */
  void report() {
    if (refused > reported) {
      reported = refused;
      notices.accept(summary());
    }
  }

  /** Returns how many records were refused, and why. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%,d of %,d records were refused: %s",
        refused,
        accepted + refused,
        kinds.values().stream().map(Kind::toString).collect(Collectors.joining("; ")));
  }

  private static final class Kind {
    private final String first;
    private long records;

    Kind(String first) {
      this.first = first;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, records == 1 ? "%,d: %s" : "%,d, for example: %s", records, first);
    }
  }
}
