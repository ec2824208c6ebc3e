package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.dashboard.Dashboard;
import dev.tidemill.dashboard.DashboardSettings;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.pipeline.RunningPipeline.Trainer;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a real pipeline: every query of the Grafana dashboard and every rule
 * has data, no alert is active in a healthy run, and alerts are active under the faults that they
 * name.
 */
@WithKafka
class PrometheusIT {
  private static final Path DEPLOY =
      Path.of(System.getProperty("tidemill.root", "."), "infra", "deploy");
  private static final Path RULES = DEPLOY.resolve("prometheus");

  /** Queries that need not have data in this pipeline, by what they ask for, and why. */
  private static final Map<String, String> WITHOUT_DATA =
      Map.of(
          "tidemill_training_rmse", "a classification has no target",
          "tidemill_label_rmse", "a classification has no target",
          "tidemill_health_condition_seconds", "a healthy worker has no condition");

  /** The rules' objectives and limits, and values that a healthy run exceeds. */
  private static final Map<String, String> LOWERED =
      Map.of(
          "> 14.4 \\* [0-9.]+", "> -1",
          "> 6 \\* [0-9.]+", "> -1",
          "tidemill_serving_stale_seconds\\) > 60", "tidemill_serving_stale_seconds) > -1",
          "> 0.85", "> 0",
          "alert: (\\w+)", "alert: Lowered$1");

  private static final Set<String> NEED_LOWERED =
      Set.of(
          "TidemillServingStale",
          "TidemillLatencyBurnFast",
          "TidemillLatencyBurnSlow",
          "TidemillFreshnessBurnFast",
          "TidemillFreshnessBurnSlow",
          "TidemillBrokerDisk");

  private static final int QUIET_EVALUATIONS = 5;

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  PrometheusIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void requirePrometheus() {
    assumeTrue(Prometheus.isInstalled(), "Prometheus is not installed (apt-get: prometheus)");
  }

  @Test
  void everyRuleIsValidAndPassesItsTests() throws Exception {
    for (String[] arguments :
        List.of(
            new String[] {"check", "config", "prometheus.yml"},
            new String[] {"test", "rules", "tidemill-rules-test.yml"})) {
      Outcome tool = Prometheus.tool(RULES, arguments);
      assertThat(tool.status()).as("%s", tool.out()).isZero();
    }
  }

  @Test
  void everyAlertHasATestThatFiresAndAnEntryInTheRunbook() throws Exception {
    String tests = Files.readString(RULES.resolve("tidemill-rules-test.yml"));
    String runbook =
        Files.readString(Path.of(System.getProperty("tidemill.root", "."), "docs", "runbook.md"));
    List<String> alerts = alertNames();
    assertThat(alerts).hasSizeGreaterThan(10);
    for (String alert : alerts) {
      String check = "(?m)alertname: " + alert + "$\\s+exp_alerts:";
      assertThat(tests).containsPattern(check + "$").containsPattern(check + " \\[\\]$");
      assertThat(runbook).containsPattern("(?m)^### " + alert + "$");
    }
  }

  @Test
  void queriesHaveDataAndAlertsAreActiveUnderTheirFaultsOnly() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "watched");
    Pipeline diverging = Pipeline.create(kafka, "diverging");
    try (ChildJvm trainer = pipeline.start("train", trainerOptions());
        RunningPipeline running = RunningPipeline.start(pipeline, Trainer.ELSEWHERE);
        Metrics metrics = new Metrics(pipeline.model);
        Dashboard dashboard = dashboard(metrics, pipeline, diverging);
        MetricsServer dashboardPort = serve(metrics, dashboard)) {
      dashboard.start();
      int trainerPort = Integer.parseInt(trainer.waitForLine("metrics: port (\\d+)").group(1));
      try (Prometheus prometheus =
          Prometheus.start(
              folder,
              Map.of(
                  "tidemill",
                  List.of(trainerPort, running.expose().port()),
                  "tidemill-dashboard",
                  List.of(dashboardPort.port())),
              List.of(immediateRules(), loweredRules()))) {
        label(pipeline);
        assertEveryQueryHasData(prometheus);
        assertHealthy(prometheus);
        refuseRecords(prometheus, pipeline);
        rollBack(prometheus, pipeline);
        diverge(prometheus, diverging);
        pause(prometheus, pipeline);
        trainer.kill();
        awaitAlert(prometheus, "TidemillWorkerDown " + pipeline.model);
        awaitAlert(prometheus, "TidemillNoLeader " + pipeline.model);
        awaitAlert(prometheus, "TidemillTrainingStalled " + pipeline.model);
        awaitAlert(prometheus, "TidemillLagGrowing " + pipeline.model);
        awaitAlert(prometheus, "TidemillTargetDown ");
        stopServing(dashboardPort);
        awaitAlert(prometheus, "TidemillUnwatched ");
      }
    }
  }

  /** It dies while it scrapes; nobody waits for it, and no record is lost. */
  @Test
  void aKilledPrometheusChangesNothing() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "scraped");
    try (RunningPipeline running = RunningPipeline.start(pipeline, Trainer.LEADS)) {
      Map<String, List<Integer>> ports = Map.of("tidemill", List.of(running.expose().port()));
      try (Prometheus killed = Prometheus.start(folder, ports, List.of())) {
        Eventually.await().until(() -> !killed.query("tidemill_predictions_total").isEmpty());
      }
      running.awaitProgress();
      running.stopAndAudit();
    }
  }

  private static String[] trainerOptions() {
    return new String[] {
      "--spec", "mlp",
      "--metrics-port", "0",
      "--set", "checkpoint.interval.ms=1000",
      "--set", "progress.interval.ms=500"
    };
  }

  private Dashboard dashboard(Metrics metrics, Pipeline... models) {
    return new Dashboard(
        new DashboardSettings("127.0.0.1", 0, Optional.empty()),
        List.of(models).stream().map(each -> each.model).toList(),
        new KafkaClients(KafkaSettings.at(kafka.bootstrapServers())),
        models[0].codec,
        model -> Topics.of("tidemill", model),
        metrics,
        Clock.systemUTC());
  }

  private static MetricsServer serve(Metrics metrics, Dashboard dashboard) {
    return MetricsServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), metrics, List.of(dashboard));
  }

  private static void stopServing(MetricsServer server) {
    server.close();
  }

  private static List<String> alertNames() throws IOException {
    return Pattern.compile("alert: (\\w+)")
        .matcher(Files.readString(RULES.resolve("tidemill-rules.yml")))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** The rules without waiting times, so that an alert is active as soon as its expression is. */
  private Path immediateRules() throws IOException {
    return Files.writeString(folder.resolve("immediate.yml"), immediate());
  }

  private static String immediate() throws IOException {
    return Files.readString(RULES.resolve("tidemill-rules.yml"))
        .replaceAll("(?m)^ +for: .*\\R", "")
        .replace("tidemill_lineage_samples[10m]", "tidemill_lineage_samples[30s]");
  }

  private Path loweredRules() throws IOException {
    String all = immediate();
    // Without the recorded series, which the other file has.
    String rules = all.substring(all.indexOf("  - name: tidemill\n"));
    for (Map.Entry<String, String> limit : LOWERED.entrySet()) {
      assertThat(rules).containsPattern(limit.getKey());
      rules = rules.replaceAll(limit.getKey(), limit.getValue());
    }
    return Files.writeString(
        folder.resolve("lowered.yml"),
        "groups:\n" + rules.replace("name: tidemill", "name: lowered"));
  }

  private static void label(Pipeline pipeline) throws Exception {
    List<ProducerRecord<byte[], byte[]>> labels = new ArrayList<>();
    for (Prediction prediction : pipeline.predictions()) {
      byte[] key = prediction.getRequestId().getBytes(StandardCharsets.UTF_8);
      Label label = new Label(prediction.getRequestId(), 1, List.of(), Instant.now());
      labels.add(pipeline.codec.record(pipeline.topics.labels(), 0, key, label));
    }
    assertThat(labels).isNotEmpty();
    List<Long> unused = pipeline.send(labels);
  }

  private static void assertEveryQueryHasData(Prometheus prometheus) throws IOException {
    for (String query : dashboardQueries()) {
      if (WITHOUT_DATA.keySet().stream().anyMatch(query::contains)) {
        JsonNode unused = prometheus.query(query);
      } else {
        Eventually.await()
            .alias("data for " + query)
            .until(() -> hasValue(prometheus.query(query)));
      }
    }
  }

  private static boolean hasValue(JsonNode series) {
    for (JsonNode each : series) {
      if (!each.get("value").get(1).asText().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> dashboardQueries() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(DEPLOY.resolve("grafana").resolve("tidemill.json").toFile());
    List<String> queries = new ArrayList<>();
    for (JsonNode expression : dashboard.get("panels").findValues("expr")) {
      queries.add(
          expression.asText().replace("$__rate_interval", "30s").replace("$model", "watched.*"));
    }
    assertThat(queries).hasSizeGreaterThan(40);
    return queries;
  }

  /** What rules read must exist, and nothing may be active but what the test has lowered. */
  private static void assertHealthy(Prometheus prometheus) throws IOException {
    Eventually.await()
        .alias("every rule is evaluated")
        .until(
            () ->
                prometheus.rules().stream()
                    .noneMatch(r -> r.get("health").asText().equals("unknown")));
    assertThat(prometheus.rules())
        .allSatisfy(rule -> assertThat(rule.get("health").asText()).as("%s", rule).isEqualTo("ok"));
    Set<String> metrics = Collections.newSetFromMap(new java.util.TreeMap<>());
    Pattern.compile("tidemill_\\w+")
        .matcher(Files.readString(RULES.resolve("tidemill-rules.yml")))
        .results()
        .forEach(match -> metrics.add(match.group()));
    for (String metric : metrics) {
      assertThat(prometheus.query("count(" + metric + ")")).as(metric).isNotEmpty();
    }
    for (String alert : NEED_LOWERED) {
      awaitAlert(prometheus, "Lowered" + alert + " ");
    }
    double diskInUse =
        prometheus
            .query("max(1 - tidemill_broker_disk_free_bytes / tidemill_broker_disk_total_bytes)")
            .get(0)
            .get("value")
            .get(1)
            .asDouble();
    Eventually.await()
        .alias("no alert")
        .until(() -> unexpected(prometheus, diskInUse), List::isEmpty);
    for (int i = 0; i < QUIET_EVALUATIONS; i++) {
      String last = lastEvaluation(prometheus);
      Eventually.await()
          .alias("the rules are evaluated once more")
          .until(() -> !lastEvaluation(prometheus).equals(last));
      assertThat(unexpected(prometheus, diskInUse)).isEmpty();
    }
  }

  private static List<String> unexpected(Prometheus prometheus, double diskInUse) {
    return prometheus.alerts().stream()
        .filter(alert -> !alert.startsWith("Lowered"))
        // This machine's disk may be full.
        .filter(alert -> diskInUse <= 0.85 || !alert.startsWith("TidemillBrokerDisk"))
        .toList();
  }

  private static String lastEvaluation(Prometheus prometheus) {
    return prometheus.rules().get(0).get("lastEvaluation").asText();
  }

  private static void refuseRecords(Prometheus prometheus, Pipeline pipeline) throws Exception {
    List<ProducerRecord<byte[], byte[]>> garbage = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      garbage.add(new ProducerRecord<>(pipeline.topics.batches(), 0, null, new byte[] {1, 2, 3}));
      garbage.add(new ProducerRecord<>(pipeline.topics.requests(), 0, null, new byte[] {1, 2, 3}));
    }
    List<Long> unused = pipeline.send(garbage);
    awaitAlert(prometheus, "TidemillBatchesRefused " + pipeline.model);
    awaitAlert(prometheus, "TidemillRequestsRefused " + pipeline.model);
  }

  private static void rollBack(Prometheus prometheus, Pipeline pipeline) {
    String newest = Long.toString(pipeline.newest().getVersion());
    Outcome unused = pipeline.run("models rollback", newest).done();
    awaitAlert(prometheus, "TidemillRolledBack " + pipeline.model);
  }

  private static void diverge(Prometheus prometheus, Pipeline pipeline) throws Exception {
    Outcome unused = pipeline.run("produce", "--data", "digits", "--limit", "640").done();
    try (ChildJvm trainer =
        pipeline.start("train", "--spec", "mlp", "--learning-rate", "1e30", "--exit-at-end")) {
      Object unusedLine = trainer.waitForLine("training has diverged");
      awaitAlert(prometheus, "TidemillLossNotFinite " + pipeline.model);
    }
  }

  private static void pause(Prometheus prometheus, Pipeline pipeline) {
    Outcome unused = pipeline.run("train pause").done();
    awaitAlert(prometheus, "TidemillTrainingPaused " + pipeline.model);
    unused = pipeline.run("train resume").done();
    Eventually.await()
        .until(() -> !prometheus.alerts().contains("TidemillTrainingPaused " + pipeline.model));
  }

  /**
   * @param alert its name and model, or a beginning of them
   */
  private static void awaitAlert(Prometheus prometheus, String alert) {
    Eventually.await()
        .alias(alert)
        .until(
            () -> prometheus.alerts(),
            alerts -> alerts.stream().anyMatch(active -> active.startsWith(alert)));
  }
}
