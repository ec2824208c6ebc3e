package dev.tidemill.cli.command;

import dev.tidemill.cli.output.DelayedScore;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.contract.Contract;
import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.evaluation.JoinLimits;
import dev.tidemill.evaluation.LabelJoin;
import dev.tidemill.evaluation.VersionScores;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.TopicLog;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.Target;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How well each version answered, by all predictions and labels that are on the topics now.
 *
 * @param malformed records on the topics that could not be decoded
 * @param targetNames names of the targets by the version of the data contract
 */
record DelayedScores(
    SortedMap<Long, VersionScores> scores,
    JoinCounts counts,
    long malformed,
    Map<Integer, List<String>> targetNames) {
  /** Some hundred bytes each. */
  private static final int MAX_HELD = 1_000_000;

  /** All records are read as if at one time, so that none waits too long. */
  private static final Instant NOW = Instant.EPOCH;

  private static final JoinLimits LIMITS =
      new JoinLimits(MAX_HELD, Duration.ofSeconds(1), Integer.MAX_VALUE);

  /**
   * Reads both topics to their ends.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if a transaction stays open on one
   */
  static DelayedScores read(ModelContext context) {
    context.require(TopicRole.INSPECTOR);
    LabelJoin join = new LabelJoin(LIMITS);
    long[] malformed = {0};
    String labels = context.topics().labels();
    try (TopicLog log =
        TopicLog.open(
            context.clients(),
            "tidemill-labels",
            List.of(context.topics().predictions(), labels))) {
      log.readToEnd(
          record -> {
            if (!add(record, record.topic().equals(labels), context, join)) {
              malformed[0]++;
            }
          });
    }
    join.finish();
    Map<Integer, List<String>> names = new HashMap<>();
    for (Contract contract : context.contracts()) {
      contract
          .label()
          .ifPresent(
              label ->
                  names.put(
                      contract.version(),
                      label.getTargets().stream().map(Target::getName).toList()));
    }
    return new DelayedScores(join.scores(), join.counts(), malformed[0], names);
  }

  private static boolean add(
      ConsumerRecord<byte[], byte[]> record,
      boolean isLabel,
      ModelContext context,
      LabelJoin join) {
    try {
      if (isLabel) {
        join.add(context.codec().decode(record, Label.class), NOW);
      } else {
        join.add(context.codec().decode(record, Prediction.class), NOW);
      }
      return true;
    } catch (MalformedRecordException e) {
      return false;
    }
  }

  /** Returns the number of compared labels and the scores of a version; null if there is none. */
  @Nullable Object forJson(Checkpoint version) {
    return DelayedScore.forJson(scores.get(version.getVersion()), targets(version));
  }

  /** Returns the accuracy or RMSE of a version; null if no label was compared. */
  @Nullable Object forTable(Checkpoint version) {
    return DelayedScore.forTable(scores.get(version.getVersion()), targets(version));
  }

  private List<String> targets(Checkpoint version) {
    return targetNames.getOrDefault(version.getContract(), List.of());
  }

  /** Says what could not be compared; nothing if everything was. */
  void report(PrintWriter err) {
    report(err, counts.orphans() + counts.late(), "labels belong to no prediction on the topic");
    report(err, counts.duplicates(), "labels repeat one that was compared already");
    report(err, counts.errors(), "labels belong to requests that were answered with an error");
    report(err, counts.unusable(), "labels do not fit the answer: another kind, size or class");
    report(err, counts.displaced(), "predictions and labels were too far from their counterpart");
    report(err, malformed, "predictions and labels could not be decoded");
  }

  private static void report(PrintWriter err, long count, String what) {
    if (count > 0) {
      err.println("models: " + count + " " + what);
    }
  }
}
