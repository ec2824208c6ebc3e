package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.batches;
import static dev.tidemill.testbed.guarantee.Example.chunk;
import static dev.tidemill.testbed.guarantee.Example.letter;
import static dev.tidemill.testbed.guarantee.Example.place;
import static dev.tidemill.testbed.guarantee.Example.trained;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.Chunk;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WholeCheckpointsTest {
  private static final Manifest FIRST = version(1).range(at(0, 0), at(1, 0)).build();

  private static History.Builder first() {
    return new History.Builder().batches(batches(3)).manifests(FIRST);
  }

  private static String only(History.Builder history) {
    List<Violation> found = WholeCheckpoints.check(history.build());
    assertThat(found).hasSize(1);
    return found.get(0).toString();
  }

  @Test
  void holdsWhenChunksManifestAndOffsetsBelongTogether() {
    History history = first().chunks(chunk(1, 1)).training(trained(1, 1)).build();
    assertThat(WholeCheckpoints.check(history)).isEmpty();
  }

  @Test
  void namesAManifestWithoutItsChunk() {
    assertThat(only(first()))
        .isEqualTo(
            "G1 torn transaction at checkpoints-0@1 version 1: names a chunk at partition 0 offset"
                + " 1, where there is none");
  }

  @Test
  void namesAManifestWhoseChunkWasAborted() {
    Chunk aborted = new Chunk(place("checkpoint-chunks", 0, 1), false, "1/0", 1, 100);
    assertThat(only(first().chunks(aborted)))
        .startsWith("G1 torn transaction at checkpoints-0@1 version 1")
        .endsWith("which is not committed");
  }

  @Test
  void namesAChunkWithoutItsManifest() {
    assertThat(only(first().chunks(chunk(1, 1), chunk(2, 2))))
        .startsWith("G1 torn transaction at checkpoint-chunks-0@2 chunk 2/0");
  }

  @Test
  void acceptsChunksThatRetentionHasRemoved() {
    Manifest removed = version(1).range(at(0, 0), at(1, 0)).withoutPayload().atOffset(5).build();
    Chunk tombstone = new Chunk(place("checkpoint-chunks", 0, 7), true, "1/0", 0, 0);
    History.Builder history = first().manifests(removed).chunks(chunk(1, 1), tombstone);
    assertThat(WholeCheckpoints.check(history.build())).isEmpty();
  }

  @Test
  void namesAManifestThatFoundAnotherChunk() {
    assertThat(only(first().chunks(chunk(1, 4)))).contains("corruption at checkpoints-0@1");
  }

  @Test
  void namesOffsetsThatAreAheadOfTheNewestManifest() {
    assertThat(only(first().chunks(chunk(1, 1)).training(trained(2, 2))))
        .startsWith("G1 torn transaction at partition 0 of the trainers' group");
  }

  @Test
  void namesOffsetsThatAreBehindTheManifest() {
    assertThat(only(first().chunks(chunk(1, 1)).training(trained(0, 1))))
        .startsWith("G1 inconsistent offsets at checkpoints-0@1 version 1");
  }

  @Test
  void namesARecordThatThePassSkipped() {
    assertThat(only(first().chunks(chunk(1, 1)).training(trained(2, 1))))
        .startsWith("G1 inconsistent offsets at batches-0@1 sample 0");
  }

  @Test
  void acceptsAPassOverRefusedRecords() {
    History.Builder history =
        first()
            .chunks(chunk(1, 1))
            .letters(letter(0, place("batches", 0, 1)))
            .training(trained(2, 1));
    assertThat(WholeCheckpoints.check(history.build())).isEmpty();
  }

  @Test
  void followsTheOffsetsOfARestart() {
    Manifest restarts = version(1).range(at(0, 0), at(2, 0)).restart(at(1, 0)).build();
    History.Builder history =
        new History.Builder().batches(batches(2)).manifests(restarts).chunks(chunk(1, 1));
    GroupOffset restarted = trained(1, 1);
    assertThat(WholeCheckpoints.check(history.training(restarted).build())).isEmpty();
  }

  @Test
  void namesAVersionWithOtherBytes() {
    byte[] payload = "payload".getBytes(StandardCharsets.UTF_8);
    // printf payload | sha256sum
    String sha256 = "239f59ed55e737c77147cf55ad0c1b030b6d7ee748a7426952f9b852d5a935e5";
    Manifest.Payload named = new Manifest.Payload(7, sha256, List.of());
    assertThat(WholeCheckpoints.checkPayload(with(named), payload)).isEmpty();
    payload[3]++;
    assertThat(WholeCheckpoints.checkPayload(with(named), payload))
        .extracting(Violation::anomaly)
        .containsExactly(Anomaly.CORRUPTION);
  }

  private static Manifest with(Manifest.Payload payload) {
    return new Manifest(
        FIRST.at(),
        true,
        1,
        FIRST.parent(),
        1,
        1,
        FIRST.topic(),
        FIRST.topicId(),
        FIRST.ranges(),
        FIRST.gaps(),
        FIRST.positions(),
        FIRST.restart(),
        FIRST.bounds(),
        0,
        FIRST.steps(),
        FIRST.samples(),
        Optional.of(payload),
        FIRST.worker());
  }
}
