package dev.tidemill.checkpoints;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Payload;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a follower reports a topic that is not the one that it followed. */
@WithKafka
class CheckpointFollowerIT {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final ModelState STATE = States.filled(States.SGD);

  private PublishedVersions versions;

  @BeforeEach
  void createTopics(KafkaCluster kafka) {
    versions = new PublishedVersions(kafka, 3);
  }

  @AfterEach
  void close() {
    versions.close();
  }

  @Test
  void namesAForeignTransactionAndKeepsTheNewestVersion() throws Exception {
    versions.publish(1, STATE);
    try (ForeignWriter foreign =
            new ForeignWriter(versions.clients, versions.topics.checkpoints(), 0);
        CheckpointFollower follower =
            CheckpointFollower.open(versions.hasty(), versions.codec, versions.topics, "hasty")) {
      versions.publish(2, STATE);
      assertThatThrownBy(() -> follower.poll(POLL))
          .isInstanceOf(OpenTransactionException.class)
          .hasMessageContaining(foreign.transactionalId);
      assertThat(follower.isCaughtUp()).isFalse();
      foreign.end();
      follower.poll(POLL);
      assertThat(follower.isCaughtUp()).isTrue();
      assertThat(follower.newest().map(Checkpoint::getVersion)).contains(2L);
    }
  }

  @Test
  void rejectsARecreatedTopic() throws Exception {
    versions.publish(1, STATE);
    versions.publish(2, STATE);
    try (CheckpointFollower follower = versions.follower()) {
      follower.poll(POLL);
      recreate(versions.topics.checkpoints());
      assertChanged(follower, "version 2");
      assertThat(follower.newest().map(Checkpoint::getVersion))
          .as("loaded versions stay available")
          .contains(2L);
    }
  }

  @Test
  void rejectsASecondLineage() throws Exception {
    versions.publish(1, STATE);
    versions.publish(2, STATE);
    try (CheckpointFollower follower = versions.follower()) {
      follower.poll(POLL);
      versions.publish(1, STATE);
      assertChanged(follower, "holds version 1 again");
    }
  }

  /** Regression: a lineage was accepted once retention had removed the payloads that differ. */
  @Test
  void rejectsASecondLineageWithoutTheFollowedPayloads() throws Exception {
    Payload payload = publishThree();
    try (CheckpointFollower follower = versions.follower()) {
      follower.poll(POLL);
      versions.publish(foreign(1, payload));
      assertChanged(follower, "holds version 1 again");
      for (long version = 1; version <= 6; version++) {
        versions.publish(foreign(version, version <= 3 ? null : payload));
      }
      assertChanged(follower, "holds version 1 again");
      assertThat(follower.newest().map(Checkpoint::getVersion)).contains(3L);
    }
  }

  @Test
  void rejectsARecreatedTopicThatLacksFollowedVersions() throws Exception {
    Payload payload = publishThree();
    try (CheckpointFollower follower = versions.follower()) {
      follower.poll(POLL);
      recreate(versions.topics.checkpoints());
      assertChanged(follower, "version 3");
      versions.publish(foreign(4, payload));
      assertChanged(follower, "version 3");
      assertThat(follower.newest().map(Checkpoint::getVersion)).contains(3L);
    }
  }

  @Test
  void acceptsARestoredTopicThatRetentionHasShortened() throws Exception {
    Payload unused = publishThree();
    try (CheckpointFollower follower = versions.follower()) {
      follower.poll(POLL);
      List<Checkpoint> followed = follower.readableNewestFirst();
      assertThat(followed).hasSize(3);
      recreate(versions.topics.checkpoints());
      assertChanged(follower, "version 3");
      versions.publish(Checkpoint.newBuilder(followed.get(2)).setPayload(null).build());
      versions.publish(followed.get(1));
      versions.publish(followed.get(0));
      follower.poll(POLL);
      assertThat(follower.readableNewestFirst())
          .extracting(Checkpoint::getVersion)
          .containsExactly(3L, 2L);
    }
  }

  private Payload publishThree() throws Exception {
    versions.publish(1, STATE);
    versions.publish(2, STATE);
    return Objects.requireNonNull(versions.publish(3, STATE).getPayload());
  }

  private Checkpoint foreign(long version, @Nullable Payload payload) {
    return Checkpoint.newBuilder(versions.manifest(version, STATE))
        .setCreatedAt(Instant.EPOCH.plusSeconds(version))
        .setPayload(payload)
        .build();
  }

  private static void assertChanged(CheckpointFollower follower, String message) {
    await().until(() -> isChanged(follower));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> follower.poll(POLL))
          .isInstanceOf(LineageChangedException.class)
          .hasMessageContaining(message)
          .hasMessageContaining("restart the worker");
    }
  }

  private static boolean isChanged(CheckpointFollower follower) {
    try {
      follower.poll(POLL);
      return false;
    } catch (LineageChangedException e) {
      return true;
    } catch (RetriableException e) {
      // The topic does not exist for a moment.
      return false;
    }
  }

  private void recreate(String topic) throws Exception {
    try (Admin admin = versions.clients.admin("recreate")) {
      admin.deleteTopics(List.of(topic)).all().get();
      await()
          .until(
              () -> {
                try {
                  admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
                  return true;
                } catch (ExecutionException e) {
                  return false;
                }
              });
    }
  }
}
