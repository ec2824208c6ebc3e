package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.runtime.Health;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.Test;

@WithKafka
class LeadershipIT {
  private static final String[] EAGER = {"checkpoint.interval.samples", "8"};

  private final KafkaCluster kafka;

  LeadershipIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void standbyContinuesWhereLeaderEnded() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8, 8);
    try (TestTrainer leader = TestTrainer.start(on, EAGER)) {
      leader.awaitVersion(2);
      try (TestTrainer standBy = TestTrainer.start(on, EAGER)) {
        standBy.awaitState(Health.State.STANDBY);
        on.send(2, 0, 8);
        leader.awaitVersion(3);
        assertThat(standBy.worker.health().state()).isEqualTo(Health.State.STANDBY);
        assertThat(leader.worker.health().state()).isEqualTo(Health.State.READY);

        leader.worker.close();
        on.send(3, 0, 8);
        standBy.awaitVersion(4);
        assertThat(standBy.notices).anyMatch(n -> n.contains("continues from version 3"));
      }
    }
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.newest().getSamples()).isEqualTo(32);
  }

  @Test
  void standbyEndsWithFinishedRun() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 40);
    String[] run = {"trainer.epochs", "2"};
    LinearEngine slow = new LinearEngine(new Pace(200));
    try (TestTrainer leader = TestTrainer.start(on, LinearEngine.spec(), slow, run)) {
      leader.awaitState(Health.State.READY);
      try (TestTrainer standBy = TestTrainer.start(on, run)) {
        leader.finished().close();
        assertThat(standBy.finished().notices).anyMatch(n -> n.contains("nothing new"));
      }
    }
  }

  @Test
  void formerLeaderDiscardsTermAndContinuesFromLineage() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8, 8, 5);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "16");
        Admin admin = on.clients.admin("it-lead")) {
      trainer.awaitVersion(1);
      Object unused =
          admin
              .removeMembersFromConsumerGroup(
                  "tidemill-" + on.model + "-lead", new RemoveMembersFromConsumerGroupOptions())
              .all()
              .get();
      Eventually.await()
          .until(() -> trainer.notices.stream().anyMatch(n -> n.contains("no longer")));
      on.send(2, 0, 20);
      trainer.awaitVersion(2);
      trainer.awaitSteps(5);
      assertThat(trainer.notices).anyMatch(n -> n.contains("continues from version 1"));
    }
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.newest().getSamples()).isEqualTo(40);
  }

  @Test
  void zombieCannotPublish() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer zombie = TestTrainer.start(on, EAGER)) {
      zombie.awaitVersion(1);
      String id = "tidemill-" + on.model + "-trainer";
      try (Transactions newer =
          new Transactions(on.clients.transactionalProducer("newer", id), id, "trainer")) {
        assertThat(newer).isNotNull();
        on.send(2, 0, 8);
        Health end = zombie.ended();
        assertThat(end.state()).isEqualTo(Health.State.FAILED);
        assertThat(end.cause())
            .isInstanceOf(FencedException.class)
            .hasMessageContaining("another trainer of model " + on.model + " has taken over");
      }
    }
    assertThat(on.newestVersion()).isEqualTo(1);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void closePublishesTrainedSamples() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 20);
    TestTrainer trainer = TestTrainer.start(on);
    trainer.awaitSteps(2);
    trainer.close();
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(trainer.worker.health().state()).isEqualTo(Health.State.STOPPED);
  }
}
