package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.KafkaResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;

/**
 * Compares each broker's clock with this machine's: a topic whose brokers set the records' times
 * has one partition on each broker.
 */
final class ClockCheck implements Check {
  /** Records per broker. The one that was fastest gives the best measure. */
  private static final int RECORDS = 5;

  private final ClusterAccess cluster;
  private final boolean probes;
  private final Clock clock;

  /**
   * @param probes whether it may write
   */
  ClockCheck(ClusterAccess cluster, boolean probes, Clock clock) {
    this.cluster = cluster;
    this.probes = probes;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "clocks";
  }

  @Override
  public List<Finding> run() {
    if (!probes) {
      return List.of(Finding.notChecked("--no-probe: this needs a record on each broker", null));
    }
    List<Integer> brokers = cluster.brokers().stream().map(Node::id).sorted().toList();
    return ProbeTopic.useEach(cluster, brokers, topic -> compare(topic, brokers));
  }

  private List<Finding> compare(String topic, List<Integer> brokers) {
    List<Finding> findings = new ArrayList<>();
    try (Producer<byte[], byte[]> producer =
        cluster.context().clients().answeringProducer(cluster.clientId())) {
      for (int i = 0; i < brokers.size(); i++) {
        findings.add(measure(producer, topic, i).finding(brokers.get(i)));
      }
    }
    return findings;
  }

  private ClockSkew measure(Producer<byte[], byte[]> producer, String topic, int partition) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, null, new byte[0]);
    ClockSkew best = once(producer, record);
    for (int i = 1; i < RECORDS; i++) {
      ClockSkew next = once(producer, record);
      best = next.uncertaintyMillis() < best.uncertaintyMillis() ? next : best;
    }
    return best;
  }

  private ClockSkew once(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    long sent = clock.millis();
    long appended = KafkaResult.get(producer.send(record)).timestamp();
    return ClockSkew.of(sent, appended, clock.millis());
  }
}
