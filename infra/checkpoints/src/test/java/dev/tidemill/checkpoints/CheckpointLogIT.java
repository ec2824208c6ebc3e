package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.Payload;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithKafka
class CheckpointLogIT {
  private static final Duration POLL = Duration.ofMillis(100);

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
  void readsEachVersionFromItsChunks() throws Exception {
    Checkpoint first = versions.publish(1, state(1));
    Checkpoint second = versions.publish(2, state(2));
    assertThat(first.getPayload().getChunks())
        .as("one record per chunk")
        .hasSizeGreaterThan(1)
        .extracting(ChunkLocation::getPartition)
        .containsOnly(0);
    try (CheckpointReader reader = versions.reader()) {
      assertThat(reader.read(second).data()).isEqualTo(state(2).data());
      ModelState into = ModelState.allocate(States.ADAM);
      reader.readInto(first, into);
      assertThat(into.data()).isEqualTo(state(1).data());
      assertThat(into.counters()).isEqualTo(state(1).counters());
      reader.readInto(second, into);
      assertThat(into.data()).isEqualTo(state(2).data());
    }
  }

  @Test
  void readsWeightsWithoutTheOptimizersState() throws Exception {
    Checkpoint first = versions.publish(1, state(1));
    Checkpoint second = versions.publish(2, state(2));
    try (CheckpointReader reader = versions.reader()) {
      ModelState weights = reader.readWeights(first);
      assertThat(weights.data()).isEqualTo(weightsOf(state(1)));
      reader.readInto(second, weights);
      assertThat(weights.data()).isEqualTo(weightsOf(state(2)));
    }
  }

  private static ByteBuffer weightsOf(ModelState state) {
    int bytes = Math.toIntExact(state.layout().parameterLength()) * Float.BYTES;
    assertThat(state.data().limit()).as("Adam has two more floats each").isEqualTo(3 * bytes);
    return state.data().slice(0, bytes);
  }

  @Test
  void rejectsEveryKindOfCorruptPayload() throws Exception {
    Checkpoint good = versions.publish(1, state(1));
    ChunkLocation foreign = versions.publish(PublishedVersions.chunk(7, 0, 8));
    ChunkLocation noChunk = versions.publishNoChunk();
    ChunkLocation own = versions.publish(PublishedVersions.chunk(1, 0, 8));
    ChunkLocation marker = new ChunkLocation(own.getPartition(), own.getOffset() + 1, 8);
    versions.publish(PublishedVersions.chunk(1, 0, 8));
    versions.publish(PublishedVersions.chunk(2, 0, 8));
    versions.publish(PublishedVersions.chunk(3, 0, 8));
    ChunkLocation beyond = new ChunkLocation(0, 1_000_000L, 8);
    String inTopic = " in topic " + versions.topics.checkpointChunks() + " at partition ";

    try (CheckpointReader reader = versions.reader()) {
      assertCorrupt(reader, null, "retention has removed it");
      assertCorrupt(reader, payload(8, foreign), "found chunk 7/0 of 8 bytes");
      assertCorrupt(reader, payload(8, noChunk), "expected chunk 1/0 of 8 bytes");
      assertCorrupt(reader, payload(8, own), "expected sha-256 " + "0".repeat(64));
      assertCorrupt(
          reader, payload(8, marker), "chunk 1/0" + inTopic + "0 offset " + marker.getOffset());
      assertCorrupt(reader, payload(8, beyond), "chunk 1/0" + inTopic + "0 offset 1000000");
      assertCorrupt(reader, payload(8, beyond), "the topic was recreated, or has lost records");
      assertCorrupt(reader, payload(9, own), "payload's 9 bytes");
      assertCorrupt(reader, payload(1L << 40, own), "8 bytes");
      assertThat(reader.read(good).data()).as("a later read succeeds").isEqualTo(state(1).data());
    }
  }

  @Test
  void namesTheTopicThatEndsBeforeTheChunk() {
    ChunkLocation lost = new ChunkLocation(0, 0L, 8);

    try (CheckpointReader reader = versions.reader()) {
      assertCorrupt(
          reader,
          payload(8, lost),
          "chunk 1/0 in topic "
              + versions.topics.checkpointChunks()
              + " at partition 0 offset 0, found nothing within 10000 ms, in a log that ends at"
              + " offset 0: the topic was recreated, or has lost records");
    }
  }

  @Test
  void rejectsAHugePayloadBeforeAllocatingMemory() {
    try (CheckpointReader reader = versions.reader()) {
      ChunkLocation huge = new ChunkLocation(0, 0L, Integer.MAX_VALUE);
      assertCorrupt(reader, payload(Integer.MAX_VALUE, huge), "at most");
    }
  }

  @Test
  void followsVersionsAsTheyAreCommitted() throws Exception {
    versions.publish(1, state(1));
    versions.publish(2, state(2));
    try (CheckpointFollower follower = versions.follower()) {
      assertThat(follower.isCaughtUp()).isFalse();
      follower.poll(POLL);
      assertThat(follower.isCaughtUp()).isTrue();
      assertThat(follower.newest().map(Checkpoint::getVersion)).contains(2L);

      versions.abort(3, state(3));
      versions.publish(3, state(3));
      versions.publish(4, state(4));
      versions.publish(5, state(5));
      while (!follower.newest().map(Checkpoint::getVersion).equals(Optional.of(5L))) {
        follower.poll(POLL);
      }
      assertThat(follower.readableNewestFirst())
          .extracting(Checkpoint::getVersion)
          .containsExactly(5L, 4L, 3L);
      assertThat(follower.readable(1)).isEmpty();
    }
  }

  @Test
  void lineageContainsEveryVersionAndVerifiesPayloads() throws Exception {
    for (long version = 1; version <= 5; version++) {
      versions.publish(version, state(version));
    }
    assertThat(versions.lineage().verify()).isEmpty();
    assertThat(versions.lineage().withPayload())
        .extracting(Checkpoint::getVersion)
        .containsExactly(3L, 4L, 5L);
    assertThat(versions.listed()).containsExactly("1", "2", "3+", "4+", "5+");

    Checkpoint torn = versions.manifest(6, state(6));
    torn.setPayload(payload(8, versions.publish(PublishedVersions.chunk(6, 0, 8))));
    versions.publish(torn);
    Lineage lineage = versions.lineage();
    assertThat(lineage.newest()).contains(torn);
    assertThat(lineage.verify()).isEmpty();
    assertThat(versions.verified().faults())
        .singleElement()
        .asString()
        .startsWith("version 6 is corrupt: expected sha-256");
  }

  private void assertCorrupt(CheckpointReader reader, @Nullable Payload payload, String message) {
    Checkpoint manifest = versions.manifest(1, state(1));
    manifest.setPayload(payload);
    assertThatThrownBy(() -> reader.read(manifest))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessageContaining("version 1 is corrupt")
        .hasMessageContaining(message);
  }

  private static Payload payload(long bytes, ChunkLocation... chunks) {
    return new Payload(bytes, "0".repeat(64), List.of(chunks));
  }

  private static ModelState state(long version) {
    ModelState state = States.filled(States.ADAM);
    state.data().putFloat(0, (float) version);
    return state;
  }
}
