package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.OpenTransaction;
import dev.tidemill.messaging.TopicState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Examines open transactions of the model's topics, and whether a probe's transactions are atomic.
 */
final class TransactionCheck implements Check {
  private final ClusterAccess cluster;
  private final boolean probes;
  private final Clock clock;

  /**
   * @param probes whether it may write
   */
  TransactionCheck(ClusterAccess cluster, boolean probes, Clock clock) {
    this.cluster = cluster;
    this.probes = probes;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "transactions";
  }

  @Override
  public List<Finding> run() {
    List<OpenTransaction> open = open();
    List<Finding> findings = new ArrayList<>();
    boolean seesAll = open.isEmpty() || !new RightsReader(cluster.admin()).hasAuthorizer();
    for (OpenTransaction each : open) {
      OpenTransactionAge.of(
              each,
              clock.instant(),
              cluster.context().clients().readTimeout(),
              seesAll,
              cluster.bootstrapServers())
          .ifPresent(findings::add);
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(open.isEmpty() ? "none is open" : open.size() + " open, not for long"));
      // Not before: a transaction that holds up readers would hold up this one, too.
      findings.add(new TransactionLimit(cluster).finding());
    }
    findings.addAll(
        probes
            ? ProbeTopic.use(cluster, topic -> new TransactionProbe(cluster, topic).run())
            : List.of(Finding.notChecked("a probe's transactions: --no-probe", null)));
    return findings;
  }

  /** Returns the first open transaction of each partition: the one that blocks its readers. */
  private List<OpenTransaction> open() {
    return CommittedLog.of(cluster.context().clients(), cluster.clientId()).firstOpen(partitions());
  }

  private List<TopicPartition> partitions() {
    return cluster.topics().describe(cluster.context().topics()).stream()
        .filter(TopicState::exists)
        .flatMap(
            topic ->
                IntStream.range(0, topic.partitions())
                    .mapToObj(number -> new TopicPartition(topic.topic(), number)))
        .toList();
  }
}
