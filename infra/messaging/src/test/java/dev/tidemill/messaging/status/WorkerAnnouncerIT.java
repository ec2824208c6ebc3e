package dev.tidemill.messaging.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.WorkerCondition;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WorkerAnnouncerIT {
  /** Stands still, so that no event is due because time has passed. */
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final KafkaCluster kafka = KafkaCluster.embedded();
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final String topic = kafka.newTopic("announcements", 1);
  private final ReportedWorker worker = new ReportedWorker("serve-1");
  private final AtomicLong version = new AtomicLong();

  @Test
  void announcesEachChangeAndTheLastState() {
    try (WorkerAnnouncer announcer = announcer(reachable(), version::get)) {
      announcer.start();
      awaitEvents(1);
      worker.report(Health.ready("serves version 7"));
      awaitEvents(2);
      version.set(7);
      awaitEvents(3);
      worker.report(degraded());
      awaitEvents(4);
      worker.report(Health.stopped("closed"));
    }
    awaitEvents(5);
    assertThat(events())
        .extracting(WorkerStatus::getState)
        .containsExactly("STARTING", "READY", "READY", "DEGRADED", "STOPPED");
    assertThat(events()).extracting(WorkerStatus::getVersion).containsExactly(0L, 0L, 7L, 7L, 7L);
    assertThat(events().get(3).getConditions())
        .containsExactly(new WorkerCondition("broker", "no answer", NOW));
    assertThat(events().get(4))
        .isEqualTo(
            WorkerStatus.newBuilder()
                .setModel("digits")
                .setWorker("serve-1")
                .setRole(WorkerRole.INFERENCE)
                .setState("STOPPED")
                .setDetail("closed")
                .setConditions(List.of())
                .setVersion(7)
                .setHost("host-1")
                .setPid(42)
                .setMetricsAddress("host-1:9000")
                .setRelease("1.2.3")
                .setFigures(Map.of("resident.bytes", 5.0))
                .setStartedAt(NOW)
                .setCreatedAt(NOW)
                .build());
  }

  @Test
  void announcesAtOnceAndAtTheEnd() {
    AtomicLong announced = new AtomicLong();
    WorkerAnnouncer announcer = announcer(reachable(), announced::incrementAndGet);
    announcer.start();
    announcer.close();
    // An announcer that waited first would find itself closed, and announce only the end.
    Eventually.await().until(() -> announced.get() == 2);
  }

  @Test
  void announcesAWorkerThatCannotGiveItsFigures() {
    Supplier<Map<String, Double>> failing =
        () -> {
          throw new IllegalStateException("of the test");
        };
    try (WorkerAnnouncer announcer = announcer(reachable(), version::get, failing)) {
      announcer.start();
      awaitEvents(1);
    }
    awaitEvents(2);
    assertThat(events()).extracting(WorkerStatus::getFigures).containsOnly(Map.of());
  }

  @Test
  void logsAnUnreachableBrokerOnceAndContinues() throws IOException {
    KafkaSettings unreachable =
        new KafkaSettings(
            "127.0.0.1:" + closedPort(),
            Map.of(),
            Map.of("max.block.ms", "100"),
            Map.of(),
            Map.of());
    AtomicLong attempts = new AtomicLong();
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (WorkerAnnouncer announcer = announcer(unreachable, attempts::incrementAndGet)) {
      announcer.start();
      Eventually.await().until(() -> attempts.get() > 3);
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("worker serve-1"))
        .singleElement()
        .asString()
        .contains("cannot be announced on " + topic, "dashboards will show it as gone");
  }

  private WorkerAnnouncer announcer(KafkaSettings settings, LongSupplier versions) {
    return announcer(settings, versions, () -> Map.of("resident.bytes", 5.0));
  }

  private WorkerAnnouncer announcer(
      KafkaSettings settings, LongSupplier versions, Supplier<Map<String, Double>> figures) {
    return new WorkerAnnouncer(
        new KafkaClients(settings),
        codec,
        topic,
        "digits",
        worker,
        WorkerRole.INFERENCE,
        versions,
        figures,
        new ProcessIdentity("host-1", 42, "host-1:9000", "1.2.3"),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private KafkaSettings reachable() {
    return KafkaSettings.at(kafka.bootstrapServers());
  }

  private static Health degraded() {
    return new Health(
        Health.State.DEGRADED,
        "broker: no answer",
        null,
        NOW,
        1,
        List.of(new HealthCondition("broker", "no answer", NOW, 1)));
  }

  private void awaitEvents(int count) {
    Eventually.await().until(() -> events().size() == count);
  }

  private List<WorkerStatus> events() {
    return TopicReader.committed(kafka.bootstrapServers(), topic).stream()
        .map(record -> (WorkerStatus) codec.decode(record, ProgressEvent.class).getEvent())
        .toList();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
