package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemill.cli.doctor.Finding.Result;
import dev.tidemill.messaging.TopicState;
import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ReplicationTest {
  private static final Map<String, String> SAFE =
      Map.of("min.insync.replicas", "2", "unclean.leader.election.enable", "false");

  @Test
  void acceptsReplicasThatAreInSync() {
    assertThat(findings(3, topic(3, SAFE), partition(true, 3, 3)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.result()).isEqualTo(Result.OK);
              assertThat(finding.found()).contains("at least 3 replicas");
            });
  }

  @Test
  void asksForNoMoreReplicasThanThereAre() {
    assertThat(findings(1, topic(1, SAFE), partition(true, 1, 1)))
        .extracting(Finding::result)
        .containsExactly(Result.OK);
  }

  @Test
  void saysThatOneBrokerReplicatesNothing() {
    assertThat(findings(1, topic(1, Map.of()), partition(true, 1, 1)))
        .containsExactly(Finding.ok("1 broker, so nothing is replicated: its disk holds all data"));
  }

  @Test
  void reportsPartitionsByHowBadTheyAre() {
    assertThat(findings(3, topic(3, SAFE), partition(false, 0, 3)))
        .extracting(Finding::result, Finding::found)
        .containsExactly(tuple(Result.ERROR, "no leader for 1 partition (t-0)"));
    assertThat(findings(3, topic(3, SAFE), partition(true, 1, 3)).get(0))
        .matches(finding -> finding.result() == Result.ERROR)
        .matches(finding -> finding.found().contains("writes fail, in 1 partition (t-0)"));
    assertThat(findings(3, topic(3, SAFE), partition(true, 2, 3)).get(0))
        .matches(finding -> finding.result() == Result.WARNING)
        .matches(finding -> finding.found().contains("not every replica is in sync"));
  }

  @Test
  void reportsSettingsThatLoseRecords() {
    assertThat(
            findings(
                3,
                topic(
                    3,
                    Map.of("min.insync.replicas", "1", "unclean.leader.election.enable", "true")),
                partition(true, 3, 3)))
        .extracting(Finding::result)
        .containsExactly(Result.WARNING, Result.ERROR);
    assertThat(findings(2, topic(1, SAFE), partition(true, 2, 2)))
        .extracting(Finding::found)
        .containsExactly(
            "replication factor 1 on 2 brokers, so that the loss of one loses data, for 1 topic"
                + " (t)");
  }

  private static List<Finding> findings(
      int brokers, TopicState topic, Replication.Partition partition) {
    return new Replication(List.of(topic), List.of(partition), brokers, "host:1").findings();
  }

  private static TopicState topic(int replicas, Map<String, String> configs) {
    return new TopicState(
        Topics.Name.BATCHES, "t", Uuid.randomUuid(), 1, replicas, Map.of(), configs);
  }

  private static Replication.Partition partition(boolean led, int inSync, int replicas) {
    return new Replication.Partition("t", 0, led, inSync, replicas);
  }
}
