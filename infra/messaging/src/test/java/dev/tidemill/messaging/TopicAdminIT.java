package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicAdminIT {
  private final String bootstrap = KafkaCluster.embedded().bootstrapServers();
  private final KafkaClients clients = new KafkaClients(KafkaSettings.at(bootstrap));
  private final TopicAdmin admin = new TopicAdmin(clients, "topic-admin-it");

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void reachesABroker() {
    admin.reach(Duration.ofSeconds(10));
  }

  @Test
  void createsEveryTopicWithItsPolicy() {
    Topics topics = Topics.of("it", "creates");

    assertThat(admin.create(topics, new TopicPlan(2, 3, 1)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Topics.Name.values()).map(topics::get).toList());

    assertThat(admin.describe(topics))
        .hasSize(Topics.Name.values().length)
        .allSatisfy(
            topic -> {
              assertThat(topic.exists()).isTrue();
              assertThat(topic.replicationFactor()).isEqualTo(1);
              assertThat(topic.configs()).containsAllEntriesOf(TopicPolicy.configs(topic.name()));
            })
        .anyMatch(topic -> topic.name() == Topics.Name.BATCHES && topic.partitions() == 2)
        .anyMatch(topic -> topic.name() == Topics.Name.PREDICTIONS && topic.partitions() == 3);
  }

  @Test
  void creatingAgainChangesNothing() {
    Topics topics = Topics.of("it", "again");
    admin.create(topics, TopicPlan.standard());

    assertThat(admin.create(topics, TopicPlan.standard())).isEmpty();
  }

  @Test
  void createsOnlyWhatIsNotThere() {
    Topics first = Topics.of("it", "shared-1");
    admin.create(first, TopicPlan.standard());
    Topics second = Topics.of("it", "shared-2").withOverride(Topics.Name.BATCHES, first.batches());

    assertThat(admin.create(second, TopicPlan.standard()))
        .hasSize(Topics.Name.values().length - 1)
        .doesNotContain(first.batches());
  }

  @Test
  void refusesATopicWithAnotherNumberOfPartitions() {
    Topics topics = Topics.of("it", "mismatch");
    admin.create(topics, TopicPlan.standard());

    assertThatThrownBy(() -> admin.create(topics, new TopicPlan(2, 4, 1)))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageStartingWith("topic it.mismatch.batches exists with 1 partitions, not 2");
  }

  @Test
  void saysHowToCreateATopicThatIsMissing() {
    Topics topics = Topics.of("it", "missing");

    assertThatThrownBy(() -> admin.require(topics, "missing", Topics.Name.CONTROL))
        .isInstanceOf(MissingTopicException.class)
        .hasMessage(
            "topic it.missing.control does not exist at "
                + bootstrap
                + "; create it with: tidemill topics create --model missing");
    assertThat(admin.describe(topics)).noneMatch(TopicState::exists);
  }
}
