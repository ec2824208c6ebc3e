package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/** Checks one topic against a contract. */
final class TopicContractCheck {
  /** Kafka's default limit, rounded down. Records whose size is not checked stay far below it. */
  private static final long SMALL_RECORDS_BYTES = 1_000_000;

  /** Key, headers and framing of a record. */
  private static final long RECORD_OVERHEAD_BYTES = 1024;

  /** The tolerated timestamp difference: records wait in buffers for minutes, and clocks differ. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(10);

  private static final Set<Topics.Name> ORDERED =
      Set.of(
          Topics.Name.CONTRACT,
          Topics.Name.CHECKPOINTS,
          Topics.Name.CHECKPOINT_CHUNKS,
          Topics.Name.CONTROL);

  private final TopicContract contract;
  private final TopicState state;
  private final List<TopicViolation> violations = new ArrayList<>();

  TopicContractCheck(TopicContract contract, TopicState state) {
    this.contract = contract;
    this.state = state;
  }

  List<TopicViolation> violations() {
    partitions();
    if (!state.showsConfigs()) {
      hidden();
      return violations;
    }
    cleanup();
    if (contract.role().writes(state.name())) {
      size();
      timestamps();
      replicas();
    }
    return violations;
  }

  private void partitions() {
    if (ORDERED.contains(state.name()) && state.partitions() != 1) {
      violations.add(
          new TopicViolation(
              state.topic(),
              TopicViolation.PARTITIONS,
              Integer.toString(state.partitions()),
              "1, because the order of its records matters",
              ("kafka-topics --bootstrap-server %s --delete --topic %s (its records are lost),"
                      + " then: tidemill topics create --model %s")
                  .formatted(contract.bootstrapServers(), state.topic(), contract.model()),
              null));
    }
  }

  private void hidden() {
    violations.add(
        new TopicViolation(
            state.topic(),
            "the principal's right DescribeConfigs",
            "missing",
            "granted, so that Tidemill can check the topic's settings",
            ("kafka-acls --bootstrap-server %s --add --allow-principal User:NAME --operation"
                    + " DescribeConfigs --topic %s (or see: tidemill topics acls --model %s)")
                .formatted(contract.bootstrapServers(), state.topic(), contract.model()),
            null));
  }

  private void cleanup() {
    String policy = state.effective(TopicConfig.CLEANUP_POLICY_CONFIG);
    switch (state.name()) {
      case CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS -> {
        if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
          wrong(
              TopicConfig.CLEANUP_POLICY_CONFIG,
              "compact, because delete loses versions",
              "compact");
        }
      }
      case CONTROL -> {
        notCompacted(policy);
        never(TopicConfig.RETENTION_MS_CONFIG);
        never(TopicConfig.RETENTION_BYTES_CONFIG);
      }
      case BATCHES, REQUESTS, PREDICTIONS, LABELS, PROGRESS, DEAD_LETTERS -> notCompacted(policy);
    }
  }

  private void notCompacted(String policy) {
    if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      wrong(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          "delete, because compact removes older records of the same key",
          TopicConfig.CLEANUP_POLICY_DELETE);
    }
  }

  private void never(String retention) {
    if (!state.effective(retention).equals("-1")) {
      wrong(retention, "-1, because an old command may still pin the version", "-1");
    }
  }

  private void size() {
    long known = contract.limits().records().getOrDefault(state.name(), 0L) + RECORD_OVERHEAD_BYTES;
    long needed = Math.max(smallest(), known);
    if (number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.MAX_VALUE) >= needed) {
      return;
    }
    String usual =
        TopicPolicy.configs(state.name()).getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "0");
    long repairTo = Math.max(needed, Long.parseLong(usual));
    // The repair command does not know how large this process's records are.
    String fix =
        known > smallest()
            ? ("kafka-configs --bootstrap-server %s --alter --entity-type topics --entity-name %s"
                    + " --add-config max.message.bytes=%d")
                .formatted(contract.bootstrapServers(), state.topic(), repairTo)
            : contract.repairCommand();
    violations.add(
        new TopicViolation(
            state.topic(),
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            state.effective(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
            "at least " + needed,
            fix,
            Long.toString(repairTo)));
  }

  private long smallest() {
    return state.name() == Topics.Name.DEAD_LETTERS
        ? TopicPolicy.LARGEST_DEAD_LETTER_BYTES
        : SMALL_RECORDS_BYTES;
  }

  private void timestamps() {
    if (state.effective(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")) {
      return;
    }
    timestamps(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
    timestamps(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, "3600000");
  }

  private void timestamps(String limit, String usual) {
    if (number(limit, Long.MAX_VALUE) < CLOCK_TOLERANCE.toMillis()) {
      wrong(
          limit,
          "at least " + CLOCK_TOLERANCE.toMillis() + ", because records wait and clocks differ",
          usual);
    }
  }

  private void replicas() {
    int copies = state.replicationFactor();
    if (number(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1) > copies) {
      wrong(
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          "at most " + copies + ", the topic's replication factor",
          Integer.toString(Math.max(1, copies - 1)));
    }
  }

  private long number(String setting, long otherwise) {
    String value = state.effective(setting);
    return value.isEmpty() ? otherwise : Long.parseLong(value);
  }

  private void wrong(String setting, String required, String repairTo) {
    violations.add(
        new TopicViolation(
            state.topic(),
            setting,
            state.effective(setting),
            required,
            contract.repairCommand(),
            repairTo));
  }
}
