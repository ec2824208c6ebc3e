package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.dashboard.state.LogSample.Disk;
import dev.tidemill.dashboard.state.LogSample.Extent;
import dev.tidemill.dashboard.state.LogSample.GroupSample;
import dev.tidemill.dashboard.state.LogSample.TopicSample;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.WorkerCondition;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics say what the records say. */
class ModelMetersTest {
  private static final long NOW = 1_700_000_000_000L;

  private final Metrics metrics = new Metrics("process");
  private final ModelState state = new ModelState("digits");
  private long now = NOW;

  @BeforeEach
  void everythingIsRead() {
    state.restart("id-1", true);
    state.loaded();
    ModelMeters meters = new ModelMeters(metrics.worker("digits", "dashboard"), state, () -> now);
    metrics.beforeScrape(meters::refresh);
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void exportsNothingOldWhileTheLogCannotBeRead() {
    state.add(status("trainer-1", WorkerRole.TRAINER, "READY", 3, List.of()), NOW);
    assertThat(value("tidemill_log_readable")).isEqualTo("1.0");
    assertThat(value("tidemill_announced_worker_up", "name=\"trainer-1\"")).isEqualTo("1.0");

    state.unreachable("log", "no broker answers");

    assertThat(value("tidemill_log_readable")).isEqualTo("0.0");
    assertThat(metrics.scrape()).doesNotContain("tidemill_announced");
  }

  @Test
  void tellsAWorkerThatIsGoneFromOneThatEnded() {
    state.add(status("trainer-1", WorkerRole.TRAINER, "READY", 3, List.of()), NOW);
    state.add(status("producer-1", WorkerRole.PRODUCER, "STOPPED", 0, List.of()), NOW);
    now = NOW + 13_000;

    assertThat(value("tidemill_announced_worker_up", "name=\"trainer-1\"")).isEqualTo("0.0");
    assertThat(value("tidemill_announced_worker_news_seconds", "name=\"trainer-1\""))
        .isEqualTo("13.0");
    assertThat(value("tidemill_announced_workers", "role=\"TRAINER\",state=\"GONE\""))
        .isEqualTo("1.0");
    assertThat(value("tidemill_announced_workers", "role=\"TRAINER\",state=\"READY\""))
        .isEqualTo("0.0");
    assertThat(metrics.scrape()).doesNotContain("producer-1");
  }

  @Test
  void exportsPendingRecordsOfAllPartitionsAndDisks() {
    state.add(sample(NOW, 100, List.of(3L, 4L)));
    state.add(sample(NOW + 10_000, 100, List.of(3L, 4L)));

    assertThat(value("tidemill_pending_records", "topic=\"batches\"")).isEqualTo("7.0");
    assertThat(value("tidemill_catch_up_seconds", "topic=\"batches\"")).isEqualTo("+Inf");
    assertThat(value("tidemill_topic_end_offset", "topic=\"batches\"")).isEqualTo("200.0");
    assertThat(value("tidemill_topic_bytes", "topic=\"batches\"")).isEqualTo("1000.0");
    assertThat(value("tidemill_broker_disk_free_bytes", "directory=\"/log\"")).isEqualTo("10.0");

    state.add(sample(NOW + 20_000, 100, List.of(0L, 0L)));
    assertThat(value("tidemill_pending_records", "topic=\"batches\"")).isEqualTo("0.0");
    assertThat(value("tidemill_catch_up_seconds", "topic=\"batches\"")).isEqualTo("0.0");
  }

  @Test
  void measuresHowLongAWorkerHasNotServedTheNextVersion() {
    state.add(manifest(1, NOW, 0.5), NOW);
    state.add(manifest(2, NOW + 1_000, 0.4), NOW);
    state.add(manifest(3, NOW + 2_000, null), NOW);
    state.add(status("inference-1", WorkerRole.INFERENCE, "READY", 1, List.of()), NOW);
    state.add(status("inference-2", WorkerRole.INFERENCE, "READY", 3, List.of()), NOW);
    now = NOW + 9_000;

    assertThat(value("tidemill_serving_stale_seconds", "name=\"inference-1\"")).isEqualTo("8.0");
    assertThat(value("tidemill_serving_stale_seconds", "name=\"inference-2\"")).isEqualTo("0.0");
    assertThat(value("tidemill_newest_version")).isEqualTo("3.0");
    assertThat(value("tidemill_rollback_version")).isEqualTo("3.0");
  }

  @Test
  void measuresTheWorstStalenessFromTheOldestVersionThatIsKnown() {
    state.add(manifest(500, NOW + 1_000, 0.4), NOW);
    state.add(manifest(501, NOW + 2_000, 0.4), NOW);
    state.add(status("inference-1", WorkerRole.INFERENCE, "READY", 1, List.of()), NOW);
    now = NOW + 9_000;

    assertThat(value("tidemill_serving_stale_seconds")).isEqualTo("8.0");
  }

  @Test
  void callsAWorkerStaleThatDoesNotServeThePinnedVersion() {
    state.add(manifest(1, NOW, 0.5), NOW);
    state.add(manifest(2, NOW, 0.5), NOW);
    state.add(command(ControlAction.PIN, 1L, NOW + 2_000));
    state.add(status("inference-1", WorkerRole.INFERENCE, "READY", 1, List.of()), NOW);
    state.add(status("inference-2", WorkerRole.INFERENCE, "READY", 2, List.of()), NOW);
    now = NOW + 9_000;

    assertThat(value("tidemill_serving_stale_seconds", "name=\"inference-1\"")).isEqualTo("0.0");
    assertThat(value("tidemill_serving_stale_seconds", "name=\"inference-2\"")).isEqualTo("7.0");
  }

  @Test
  void rollbacksDoNotFallWhenTheyLeaveTheTable() {
    state.add(manifest(1, NOW, null), NOW);
    for (long version = 2; version < 2_100; version++) {
      state.add(manifest(version, NOW, 0.5), NOW);
    }

    assertThat(value("tidemill_rollback_version")).isEqualTo("1.0");
  }

  @Test
  void measuresFreshnessOfWhatAWorkerServesThoughNobodyAsks() {
    state.add(status("inference-1", WorkerRole.INFERENCE, "READY", 0, List.of()), NOW);
    publish(1);
    state.tick(NOW + 1_000);
    state.freshness().produced(1, Optional.of(NOW));
    state.add(status("inference-1", WorkerRole.INFERENCE, "READY", 1, List.of()), NOW + 2_000);
    publish(2);
    state.add(command(ControlAction.PIN, 1L, NOW + 2_000));
    state.tick(NOW + 3_000);

    assertThat(value("tidemill_freshness_seconds_count", "stage=\"total\"")).isEqualTo("1");
    assertThat(value("tidemill_freshness_seconds_sum", "stage=\"total\"")).isEqualTo("2.0");
    assertThat(value("tidemill_freshness_unmeasured_total", "reason=\"not_served\""))
        .isEqualTo("1.0");

    state.add(command(ControlAction.UNPIN, null, NOW + 4_000));
    publish(3);
    state.tick(NOW + 60_000);
    assertThat(value("tidemill_freshness_unmeasured_total", "reason=\"not_served\""))
        .as("no inference worker runs any more")
        .isEqualTo("2.0");
  }

  private void publish(long version) {
    Checkpoint manifest = manifest(version, NOW, 0.5);
    manifest.setRanges(
        List.of(
            OffsetRange.newBuilder()
                .setPartition(0)
                .setEpoch(1)
                .setStartOffset(version)
                .setStartSample(0)
                .setEndOffset(version + 1)
                .setEndSample(0)
                .build()));
    state.add(manifest, NOW);
  }

  private static ControlEvent command(ControlAction action, @Nullable Long version, long at) {
    return new ControlEvent(
        ControlCommand.newBuilder()
            .setCommandId(action.name())
            .setModel("digits")
            .setAction(action)
            .setVersion(version)
            .setOperator("a-user")
            .setCreatedAt(Instant.ofEpochMilli(at))
            .build());
  }

  @Test
  void forgetsALostWorkerOnceAnotherOneReplacesIt() {
    state.add(status("trainer-1", WorkerRole.TRAINER, "READY", 0, List.of()), NOW);
    state.add(status("trainer-2", WorkerRole.TRAINER, "FAILED: broken", 0, List.of()), NOW);
    now = NOW + 13_000;
    assertThat(value("tidemill_announced_worker_up", "name=\"trainer-1\"")).isEqualTo("0.0");

    ProgressEvent started = status("trainer-3", WorkerRole.TRAINER, "STARTING", 0, List.of());
    ((WorkerStatus) started.getEvent()).setStartedAt(Instant.ofEpochMilli(now));
    state.add(started, now);

    assertThat(value("tidemill_announced_worker_up", "name=\"trainer-3\"")).isEqualTo("1.0");
    assertThat(metrics.scrape()).doesNotContain("trainer-1").contains("trainer-2");
    assertThat(metrics.scrape()).as("it replaces only one").contains("trainer-2");
  }

  @Test
  void saysThatTrainingDivergedUntilATrainerRunsAgain() {
    state.add(status("trainer-1", WorkerRole.TRAINER, "READY", 0, List.of()), NOW);
    assertThat(value("tidemill_training_diverged")).isEqualTo("0.0");

    state.add(
        status("trainer-1", WorkerRole.TRAINER, "FAILED: training has diverged", 0, List.of()),
        NOW);
    assertThat(value("tidemill_training_diverged")).isEqualTo("1.0");

    state.add(status("trainer-2", WorkerRole.TRAINER, "READY", 0, List.of()), NOW);
    assertThat(value("tidemill_training_diverged")).isEqualTo("0.0");

    WorkerCondition waits =
        new WorkerCondition("diverged", "waits 10 s", Instant.ofEpochMilli(NOW));
    state.add(status("trainer-2", WorkerRole.TRAINER, "DEGRADED", 0, List.of(waits)), NOW);
    assertThat(value("tidemill_training_diverged")).isEqualTo("1.0");
  }

  @Test
  void scoresTheNewestVersionsOnly() {
    for (int version = 1; version <= 7; version++) {
      String id = "r" + version;
      state.add(prediction(id, version), 0, version, NOW);
      state.add(new Label(id, version % 2, List.of(), Instant.ofEpochMilli(NOW)), NOW);
    }
    state.add(new Label("r1", 1, List.of(), Instant.ofEpochMilli(NOW)), NOW);
    state.tick(NOW + 2 * 3_600_000);

    assertThat(value("tidemill_label_accuracy", "version=\"7\"")).isEqualTo("1.0");
    assertThat(value("tidemill_label_accuracy", "version=\"6\"")).isEqualTo("0.0");
    assertThat(value("tidemill_label_scores", "version=\"3\"")).isEqualTo("1.0");
    assertThat(metrics.scrape()).doesNotContain("version=\"2\"");
    assertThat(value("tidemill_labels", "outcome=\"scored\"")).isEqualTo("7.0");
    assertThat(value("tidemill_labels", "outcome=\"duplicate\"")).isEqualTo("1.0");
  }

  private String value(String metric) {
    return value(metric, "");
  }

  /** Returns the value of the one line with these tags. */
  private String value(String metric, String tags) {
    List<String> lines =
        metrics
            .scrape()
            .lines()
            .filter(line -> line.startsWith(metric + "{") && line.contains(tags))
            .toList();
    assertThat(lines).as("%s %s", metric, tags).hasSize(1);
    assertThat(lines.get(0)).contains("model=\"digits\"");
    return lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1);
  }

  /**
   * @param state the state, and behind a colon the detail
   */
  private static ProgressEvent status(
      String name, WorkerRole role, String state, long version, List<WorkerCondition> conditions) {
    return new ProgressEvent(
        WorkerStatus.newBuilder()
            .setModel("digits")
            .setWorker(name)
            .setRole(role)
            .setState(state.replaceFirst(":.*", ""))
            .setDetail(state)
            .setConditions(conditions)
            .setVersion(version)
            .setHost("a-host")
            .setPid(1)
            .setRelease("1")
            .setStartedAt(Instant.ofEpochMilli(NOW))
            .setCreatedAt(Instant.ofEpochMilli(NOW))
            .build());
  }

  private static LogSample sample(long at, long end, List<Long> pending) {
    return new LogSample(
        at,
        Map.of(
            Topics.Name.BATCHES,
            new TopicSample(
                "tidemill.digits.batches", List.of(new Extent(0, end), new Extent(0, end)), 1_000)),
        Map.of(Topics.Name.BATCHES, new GroupSample("group", List.of(0L, 0L), pending, true, 1)),
        List.of(new Disk("1", "/log", 100, 10)));
  }

  private static Checkpoint manifest(long version, long createdAt, @Nullable Double loss) {
    return Checkpoint.newBuilder()
        .setModel("digits")
        .setVersion(version)
        .setSpec("")
        .setEngine("dl4j")
        .setTopic("batches")
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(1)
        .setSamples(1)
        .setLoss(loss)
        .setCreatedAt(Instant.ofEpochMilli(createdAt))
        .build();
  }

  private static Prediction prediction(String id, long version) {
    return Prediction.newBuilder()
        .setRequestId(id)
        .setModel("digits")
        .setModelVersion(version)
        .setVersionAgeMs(10)
        .setLabel(1)
        .setOutputs(List.of(0f, 1f))
        .setQueuedUs(1)
        .setComputedUs(1)
        .setBatchSize(1)
        .setRequestedAt(Instant.ofEpochMilli(NOW))
        .setCreatedAt(Instant.ofEpochMilli(NOW))
        .setWorker("inference-1")
        .build();
  }
}
