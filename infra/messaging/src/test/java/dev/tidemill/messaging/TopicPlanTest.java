package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Topics;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicPlanTest {
  private final TopicPlan plan = new TopicPlan(3, 5, TopicPlan.BROKERS_DEFAULT);

  @Test
  void predictionsAndLabelsHaveAsManyPartitionsAsRequests() {
    assertThat(plan.partitions(Topics.Name.BATCHES)).isEqualTo(3);
    assertThat(plan.partitions(Topics.Name.REQUESTS)).isEqualTo(5);
    assertThat(plan.partitions(Topics.Name.PREDICTIONS)).isEqualTo(5);
    assertThat(plan.partitions(Topics.Name.LABELS)).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTRACT", "CHECKPOINTS", "PROGRESS", "CONTROL", "DEAD_LETTERS"})
  void orderedTopicsHaveOnePartition(Topics.Name name) {
    assertThat(plan.partitions(name)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Topics.Name.class)
  void setsEveryTopicsCleanupPolicy(Topics.Name name) {
    boolean compacted =
        EnumSet.of(Topics.Name.CONTRACT, Topics.Name.CHECKPOINTS, Topics.Name.CHECKPOINT_CHUNKS)
            .contains(name);

    assertThat(TopicPolicy.configs(name))
        .containsEntry("cleanup.policy", compacted ? "compact" : "delete");
  }

  @Test
  void keepsCommandsForever() {
    assertThat(TopicPolicy.configs(Topics.Name.CONTROL)).containsEntry("retention.ms", "-1");
  }

  @Test
  void allowsDeadLettersLargerThanTheLargestBatch() {
    assertThat(largest(Topics.Name.DEAD_LETTERS)).isGreaterThan(largest(Topics.Name.BATCHES));
    assertThat(KafkaClients.LARGEST_REQUEST_BYTES).isGreaterThan(largest(Topics.Name.DEAD_LETTERS));
  }

  @Test
  void rejectsInvalidPartitionAndReplicaCounts() {
    assertThatThrownBy(() -> new TopicPlan(0, 1, 1)).hasMessageContaining("batches 0");
    assertThatThrownBy(() -> new TopicPlan(1, 1, 0)).hasMessageContaining("not 0");
  }

  private static int largest(Topics.Name name) {
    return Integer.parseInt(TopicPolicy.configs(name).getOrDefault("max.message.bytes", "0"));
  }
}
