package dev.tidemill.trainer;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Counts the records that were refused, and tells why: the first record of each kind of reason at
 * once, then counts per reason. Of a bounded run, only epoch 1 is counted, in which records are
 * read for the first time. Training thread.
 */
final class RefusalTally {
  /** A share is judged only once so many records are refused: a few bad ones stop no short run. */
  static final int JUDGED_FROM = 100;

  /** Reasons come from hostile bytes: more kinds of them are counted together. */
  private static final int MOST_KINDS = 16;

  /** Numbers, and bytes in hex: reasons that differ in these alone are of one kind. */
  private static final Pattern FIGURES = Pattern.compile("(\\b[0-9a-f]{2}\\b ?)+|[0-9]+");

  private static final String OTHER = "other reasons";

  private final double mostShare;
  private final Consumer<String> notices;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private long accepted;
  private long refused;
  private long toldOf;
  private long atEpochBegin;

  /**
   * @param mostShare of the records read that may be refused
   * @param notices takes one sentence each for a person
   */
  RefusalTally(double mostShare, Consumer<String> notices) {
    this.mostShare = mostShare;
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
      boolean full = kinds.size() >= MOST_KINDS;
      known = kinds.computeIfAbsent(full ? OTHER : kind, k -> new Kind(full ? OTHER : reason));
      if (!full) {
        notices.accept("refused a record, which becomes a dead letter: " + reason);
        toldOf++;
      }
    }
    known.records++;
  }

  long refused() {
    return refused;
  }

  void beginEpoch() {
    atEpochBegin = refused;
  }

  long refusedInEpoch() {
    return refused - atEpochBegin;
  }

  /** Whether so large a share is refused that training should stop. */
  boolean isTooMany() {
    return refused >= JUDGED_FROM && refused > mostShare * (accepted + refused);
  }

  /**
   * Why training stops, where too many are refused.
   *
   * @param committed whether their dead letters are
   */
  RefusedRecordsException tooMany(String topic, boolean committed) {
    return RefusedRecordsException.tooMany(topic, mostShare, summary(), committed);
  }

  /** Tells the counts, if any record was refused since they were last told. */
  void tell() {
    if (refused > toldOf) {
      toldOf = refused;
      notices.accept(summary());
    }
  }

  /** How many records were refused, and why. */
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
          Locale.ROOT, records == 1 ? "%,d: %s" : "%,d such as: %s", records, first);
    }
  }
}
