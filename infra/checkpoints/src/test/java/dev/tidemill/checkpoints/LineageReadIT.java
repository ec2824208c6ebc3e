package dev.tidemill.checkpoints;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.Restart;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lineages on a real log, with foreign transactions and malformed records. */
@WithKafka
class LineageReadIT {
  private static final ModelState STATE = States.filled(States.SGD);

  private PublishedVersions versions;
  private KafkaClients hasty;

  @BeforeEach
  void createTopics(KafkaCluster kafka) {
    versions = new PublishedVersions(kafka, 3);
    hasty = versions.hasty();
  }

  @AfterEach
  void close() {
    versions.close();
  }

  @Test
  void waitsForAForeignTransactionBelowTheNewestManifest() throws Exception {
    versions.publish(1, STATE);
    try (ForeignWriter foreign =
        new ForeignWriter(versions.clients, versions.topics.checkpoints(), 0)) {
      Checkpoint newest = versions.publish(2, STATE);
      CompletableFuture<Lineage> reading = CompletableFuture.supplyAsync(versions::lineage);
      assertBlocked(foreign);
      assertThat(reading).isNotDone();
      foreign.end();
      await().until(reading::isDone);
      assertThat(reading.get().newest()).contains(newest);
      assertThat(reading.get().verify()).isEmpty();
    }
  }

  private void assertBlocked(ForeignWriter foreign) {
    assertThatThrownBy(() -> Lineage.read(hasty, versions.codec, versions.topics, "hasty"))
        .isInstanceOf(OpenTransactionException.class)
        .hasMessageContaining(versions.topics.checkpoints() + "-0 cannot be read to its end")
        .hasMessageContaining("transactional.id " + foreign.transactionalId);
  }

  @Test
  void verifyFailsIfItCannotReadToTheEnd() throws Exception {
    versions.publish(1, STATE);
    try (ForeignWriter foreign =
        new ForeignWriter(versions.clients, versions.topics.checkpoints(), 0)) {
      versions.publish(2, STATE);
      LineageReport report = verify(false);
      assertThat(report.ok()).isFalse();
      assertThat(report.versions()).isEqualTo(1);
      assertThat(report.faults()).isEmpty();
      assertThat(report.unread())
          .singleElement()
          .asString()
          .contains("cannot be read to its end", foreign.transactionalId);
      foreign.end();
    }
    await().until(() -> verify(true).ok());
  }

  @Test
  void verifyFailsIfANewModelDoesNotBeginAtTheRestart() throws Exception {
    Checkpoint last = trained(1, 0, 20);
    last.setRestart(new Restart(List.of(new ReadPosition(0, 1, 12L, 0)), 8L, "why"));
    versions.publish(last);
    Checkpoint first = trained(2, 12, 30);
    first.setRoot(2);
    versions.publish(first);
    assertThat(verify(false).faults()).isEmpty();

    Checkpoint next = trained(3, 30, 40);
    next.setRoot(2);
    next.setRestart(new Restart(List.of(new ReadPosition(0, 1, 33L, 0)), 7L, "why"));
    versions.publish(next);
    Checkpoint wrong = trained(4, 34, 50);
    wrong.setRoot(4);
    versions.publish(wrong);
    assertThat(verify(false).faults())
        .singleElement()
        .asString()
        .contains("begins at offset 34, but version 3 restarts at offset 33: samples were skipped");
  }

  private Checkpoint trained(long version, long start, long end) {
    Checkpoint manifest = versions.manifest(version, STATE);
    manifest.setRanges(List.of(new OffsetRange(0, 1, start, 0, end, 0)));
    manifest.setPositions(List.of(new ReadPosition(0, 1, end, 0)));
    return manifest;
  }

  @Test
  void verifyNamesUnreadableChunks() throws Exception {
    try (ForeignWriter foreign =
        new ForeignWriter(versions.clients, versions.topics.checkpointChunks(), 0)) {
      versions.publish(1, STATE);
      LineageReport report = verify(false);
      assertThat(report.ok()).isFalse();
      assertThat(report.unread())
          .singleElement()
          .asString()
          .contains(versions.topics.checkpointChunks() + "-0", foreign.transactionalId);
      foreign.end();
    }
    await().until(() -> verify(true).ok());
  }

  @Test
  void reportsAMalformedOlderManifest() throws Exception {
    versions.publish(1, STATE);
    write("no manifest");
    assertThat(versions.lineage().malformedEnd()).isPresent();
    Checkpoint newest = versions.publish(2, STATE);

    Lineage lineage = versions.lineage();
    assertThat(lineage.newest()).contains(newest);
    assertThat(lineage.malformedEnd()).isEmpty();
    assertThat(lineage.contradictions()).isEmpty();
    assertThat(lineage.malformed())
        .singleElement()
        .asString()
        .startsWith("a manifest cannot be read: " + versions.topics.checkpoints() + "-0 at offset")
        .contains("begins with 6e 6f 20");
    assertThat(lineage.verify()).isEqualTo(lineage.malformed());
    assertThat(verify(false).ok()).isFalse();
  }

  private LineageReport verify(boolean payloads) {
    return new LineageVerifier(hasty, versions.codec, versions.topics, "verify").verify(payloads);
  }

  private void write(String text) throws InterruptedException, ExecutionException {
    try (Producer<byte[], byte[]> producer = versions.clients.producer("other")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      var unused =
          producer.send(new ProducerRecord<>(versions.topics.checkpoints(), 0, bytes, bytes)).get();
    }
  }
}
