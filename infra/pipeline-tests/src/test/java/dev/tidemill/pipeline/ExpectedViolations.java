package dev.tidemill.pipeline;

import static dev.tidemill.schemas.Topics.Name.BATCHES;
import static dev.tidemill.schemas.Topics.Name.CHECKPOINTS;
import static dev.tidemill.schemas.Topics.Name.CHECKPOINT_CHUNKS;
import static dev.tidemill.schemas.Topics.Name.CONTRACT;
import static dev.tidemill.schemas.Topics.Name.CONTROL;
import static dev.tidemill.schemas.Topics.Name.DEAD_LETTERS;
import static dev.tidemill.schemas.Topics.Name.LABELS;
import static dev.tidemill.schemas.Topics.Name.PREDICTIONS;
import static dev.tidemill.schemas.Topics.Name.PROGRESS;
import static dev.tidemill.schemas.Topics.Name.REQUESTS;

import dev.tidemill.schemas.Topics;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Computes the violations that a command must report for a configuration. It states the rules
 * independently of the product, so that a rule that the product loses is noticed.
 */
final class ExpectedViolations {
  /** A command and the topics that it reads and writes. */
  enum Command {
    PRODUCE,
    TRAIN,
    SERVE,
    PREDICT;

    boolean uses(Topics.Name name) {
      return writes(name) || reads(name);
    }

    private boolean reads(Topics.Name name) {
      return switch (this) {
        case PRODUCE -> name == CONTRACT;
        case TRAIN -> name == BATCHES || name == CONTRACT;
        case SERVE -> EnumSet.of(REQUESTS, CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS).contains(name);
        case PREDICT -> EnumSet.of(PREDICTIONS, CONTRACT).contains(name);
      };
    }

    private boolean writes(Topics.Name name) {
      return switch (this) {
        case PRODUCE -> EnumSet.of(BATCHES, CONTRACT, PROGRESS, DEAD_LETTERS).contains(name);
        case TRAIN ->
            EnumSet.of(CHECKPOINTS, CHECKPOINT_CHUNKS, PROGRESS, CONTROL, DEAD_LETTERS)
                .contains(name);
        case SERVE -> EnumSet.of(PREDICTIONS, PROGRESS, CONTROL, DEAD_LETTERS).contains(name);
        case PREDICT -> EnumSet.of(REQUESTS, LABELS).contains(name);
      };
    }
  }

  private static final long TEN_MINUTES_MS = 600_000;
  private static final long SEVENTEEN_MIB = 17L << 20;
  private static final String UNLIMITED = "-1";

  private final TopicConfiguration configuration;
  private final Command command;
  private final Set<String> violations = new TreeSet<>();

  private ExpectedViolations(TopicConfiguration configuration, Command command) {
    this.configuration = configuration;
    this.command = command;
  }

  /** Returns each violation as {@code topic setting}, e.g. {@code control partitions}. */
  static Set<String> of(TopicConfiguration configuration, Command command) {
    ExpectedViolations expected = new ExpectedViolations(configuration, command);
    for (Topics.Name name : Topics.Name.values()) {
      if (command.uses(name)) {
        expected.partitions(name);
        expected.retention(name);
        if (command.writes(name)) {
          expected.records(name);
        }
      }
    }
    return expected.violations;
  }

  private void partitions(Topics.Name name) {
    int partitions = configuration.partitions(name);
    boolean tooMany =
        EnumSet.of(CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS, CONTROL).contains(name)
            && partitions > 1;
    boolean tooFew =
        name == PREDICTIONS
            && command.uses(REQUESTS)
            && partitions < configuration.partitions(REQUESTS);
    violated(name, "partitions", tooMany || tooFew);
  }

  private void retention(Topics.Name name) {
    String policy = setting(name, "cleanup.policy", "delete");
    boolean kept = EnumSet.of(CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS).contains(name);
    violated(name, "cleanup.policy", kept ? !policy.equals("compact") : policy.contains("compact"));
    if (name == CONTROL) {
      for (String limit : Set.of("retention.ms", "retention.bytes")) {
        violated(name, limit, !setting(name, limit, UNLIMITED).equals(UNLIMITED));
      }
    }
  }

  private void records(Topics.Name name) {
    long needed = name == DEAD_LETTERS ? SEVENTEEN_MIB : 1_000_000;
    violated(
        name,
        TopicConfiguration.MAX_MESSAGE_BYTES,
        number(name, TopicConfiguration.MAX_MESSAGE_BYTES, 1_048_588) < needed);
    if (!setting(name, "message.timestamp.type", "CreateTime").equals("LogAppendTime")) {
      for (String limit : Set.of(TopicConfiguration.BEFORE, TopicConfiguration.AFTER)) {
        violated(name, limit, number(name, limit, Long.MAX_VALUE) < TEN_MINUTES_MS);
      }
    }
    violated(name, "min.insync.replicas", number(name, "min.insync.replicas", 1) > 1);
  }

  private void violated(Topics.Name name, String setting, boolean isViolated) {
    if (isViolated) {
      violations.add(name.word() + " " + setting);
    }
  }

  private long number(Topics.Name name, String setting, long defaultValue) {
    return Long.parseLong(setting(name, setting, Long.toString(defaultValue)));
  }

  private String setting(Topics.Name name, String setting, String defaultValue) {
    return configuration.settings(name).getOrDefault(setting, defaultValue);
  }
}
