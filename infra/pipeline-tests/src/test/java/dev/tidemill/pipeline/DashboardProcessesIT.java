package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard as a process of its own beside a trainer and an inference worker: it says what the
 * topics say, and a killed process changes only what it must.
 */
@WithKafka
class DashboardProcessesIT {
  private static final int VERSIONS = 11;
  private static final int SAMPLES = 8;
  private static final int ASKED = 10;
  private static final int INSPECTED = 100;
  private static final String SPEC =
      """
      name: tiny
      input: {shape: {auto: [2]}}
      layers:
        - {type: linear, name: fc1, out_features: 2}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.1}
      training: {batch_size: 8, seed: 1}
      """;

  private static final String REGRESSION =
      """
      name: measured
      input: {shape: auto}
      layers:
        - {type: linear, name: fc1, out_features: auto}
      loss: mse
      optimizer: {type: sgd, learning_rate: 0.1}
      training: {batch_size: 8, seed: 1}
      """;

  private final KafkaCluster kafka;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  @TempDir private Path folder = Path.of("");

  DashboardProcessesIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void saysWhatTheTopicsSayAndSurvivesKills() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "shown");
    String spec = Files.writeString(folder.resolve("tiny.yaml"), SPEC).toString();
    String[] table = {"--data", "csv:" + table(), "--label", "class"};
    try (ChildJvm trainer = startTrainer(pipeline, spec);
        ChildJvm inference = pipeline.start("serve");
        ChildJvm dashboard = pipeline.start("dashboard", "--port", "0")) {
      String address = dashboard.waitForLine("dashboard: (http\\S+)").group(1);
      swapOften(pipeline, table);

      comparesRequests(pipeline, address);
      comparesFeatures(pipeline, address);
      comparesWeights(pipeline, address);
      comparesFigures(pipeline, address);
      assertThat(view(pipeline, address).get("faults")).isEmpty();

      dashboard.kill();
      int before = pipeline.versions().size();
      train(pipeline, table, before + 1);
      assertThat(trainer.isAlive() && inference.isAlive()).isTrue();
      assertThat(trainer.error()).noneMatch(line -> line.contains("DEGRADED"));
    }
  }

  @Test
  void marksAKilledTrainerOnThePage() throws Exception {
    assumeTrue(Browser.program().isPresent(), "Chromium is not installed");
    Pipeline pipeline = Pipeline.create(kafka, "killed");
    String spec = Files.writeString(folder.resolve("tiny.yaml"), SPEC).toString();
    String[] table = {"--data", "csv:" + table(), "--label", "class"};
    try (ChildJvm trainer = startTrainer(pipeline, spec);
        ChildJvm inference = pipeline.start("serve");
        ChildJvm dashboard = pipeline.start("dashboard", "--port", "0");
        Browser browser = Browser.start()) {
      String address = dashboard.waitForLine("dashboard: (http\\S+)").group(1);
      train(pipeline, table, 1);
      ask(pipeline, "killed-", 1);
      Page page = browser.open(address, 1400, 900, ColorScheme.LIGHT);
      page.waitForSelector("#state:has-text('all is well')");

      trainer.kill();

      page.waitForSelector("#faults .fault.bad:has-text('trainer-'):has-text('is gone')");
      JsonNode view = view(pipeline, address);
      for (JsonNode worker : view.get("workers")) {
        boolean trains = worker.get("role").asText().equals("TRAINER");
        assertThat(worker.get("gone").asBoolean()).as("%s", worker).isEqualTo(trains);
      }
      assertThat(inference.isAlive()).isTrue();
      try (ChildJvm next = startTrainer(pipeline, spec)) {
        train(pipeline, table, 2);
        ask(pipeline, "next-", 2);
        assertThat(next.isAlive()).isTrue();
        drawsAllAnewAfterARestart(pipeline, browser);
      }
      assertThat(browser.faults()).isEmpty();
    }
  }

  @Test
  void drawsTheErrorOfARegressionByVersion() throws Exception {
    assumeTrue(Browser.program().isPresent(), "Chromium is not installed");
    Pipeline pipeline = Pipeline.create(kafka, "measured");
    String spec = Files.writeString(folder.resolve("measured.yaml"), REGRESSION).toString();
    String[] table = {"--data", "csv:" + table(), "--label", "b", "--features", "a"};
    try (ChildJvm trainer = startTrainer(pipeline, spec);
        ChildJvm inference = pipeline.start("serve");
        ChildJvm dashboard = pipeline.start("dashboard", "--port", "0");
        Browser browser = Browser.start()) {
      for (int version = 1; version <= 3; version++) {
        train(pipeline, table, version);
      }
      List<Checkpoint> versions = pipeline.versions();
      assertThat(versions).hasSize(3);
      String address = dashboard.waitForLine("dashboard: (http\\S+)").group(1);
      Page page = browser.open(address, 1400, 900, ColorScheme.LIGHT);
      page.click("#tab-training");
      page.selectOption("#axis", "samples");
      List<List<Double>> measured =
          versions.stream()
              .map(each -> List.of((double) each.getSamples(), each.getErrors().get(0).getRmse()))
              .toList();
      Eventually.await()
          .untilAsserted(
              () -> {
                DrawnChart drawn = DrawnChart.of(page, "Prequential RMSE");
                assertThat(drawn.columns()).last().isEqualTo("b");
                assertThat(drawn.rows()).isEqualTo(measured);
              });
      assertThat(trainer.isAlive() && inference.isAlive()).isTrue();
      assertThat(browser.faults()).isEmpty();
    }
  }

  /** What was written before its start it shows at the time of each record, to the millisecond. */
  private static void drawsAllAnewAfterARestart(Pipeline pipeline, Browser browser)
      throws Exception {
    TopicLines lines = new TopicLines(pipeline.bootstrapServers, pipeline.topics);
    long started = System.currentTimeMillis();
    try (ChildJvm again = pipeline.start("dashboard", "--port", "0")) {
      String address = again.waitForLine("dashboard: (http\\S+)").group(1);
      Page page = browser.open(address, 1400, 900, ColorScheme.LIGHT);
      page.waitForSelector("#state:has-text('all is well')");
      page.click("#tab-training");
      Eventually.await().untilAsserted(() -> assertThat(lines.training(page, started)).isEmpty());
      page.click("#tab-serving");
      Eventually.await().untilAsserted(() -> assertThat(lines.serving(page, started)).isEmpty());
      page.click("#tab-log");
      for (String chart :
          List.of("Pending batches by partition", "Pending requests by partition")) {
        // All are trained and answered.
        Eventually.await()
            .untilAsserted(
                () -> {
                  List<List<@Nullable Double>> rows = DrawnChart.of(page, chart).rows();
                  assertThat(rows).isNotEmpty();
                  List<@Nullable Double> newest = rows.get(rows.size() - 1);
                  assertThat(newest.subList(1, newest.size())).containsOnly(0.0);
                });
      }
      page.context().close();
    }
  }

  private static ChildJvm startTrainer(Pipeline pipeline, String spec) {
    return pipeline.start(
        "train",
        "--spec",
        spec,
        "--set",
        "checkpoint.interval.samples=" + SAMPLES,
        "--set",
        "checkpoint.interval.ms=600000",
        "--set",
        "checkpoint.keep=" + VERSIONS);
  }

  /** Publishes versions one by one; each answers requests before the next is published. */
  private static void swapOften(Pipeline pipeline, String[] table) throws Exception {
    for (int version = 1; version <= VERSIONS; version++) {
      train(pipeline, table, version);
      ask(pipeline, "v" + version + "-", version);
    }
  }

  /**
   * Sends requests, and waits for their answers.
   *
   * @param times how often requests were sent, with this time
   */
  private static void ask(Pipeline pipeline, String ids, int times) throws Exception {
    List<ProducerRecord<byte[], byte[]>> requests = new ArrayList<>();
    for (int i = 0; i < ASKED; i++) {
      requests.add(request(pipeline, ids + i, i));
    }
    List<Long> unused = pipeline.send(requests);
    Eventually.await()
        .until(
            () ->
                TopicReader.committed(pipeline.bootstrapServers, pipeline.topics.predictions())
                        .size()
                    >= times * ASKED);
  }

  private static ProducerRecord<byte[], byte[]> request(Pipeline pipeline, String id, double a) {
    PredictionRequest request =
        PredictionRequest.newBuilder()
            .setRequestId(id)
            .setValues(Map.of("a", a, "b", 0.5))
            .setCreatedAt(Instant.now())
            .build();
    return pipeline.codec.record(
        pipeline.topics.requests(), id.getBytes(StandardCharsets.UTF_8), request);
  }

  /** Sends the samples of one more version, and waits until it is served. */
  private static void train(Pipeline pipeline, String[] table, int version) {
    Outcome unused =
        pipeline
            .run(
                "produce",
                with(
                    table,
                    "--standardize",
                    "--limit",
                    "" + version * SAMPLES,
                    "--set",
                    "send.batch.samples=" + SAMPLES))
            .done();
    Eventually.await()
        .until(
            () ->
                Announcements.of(pipeline.bootstrapServers, pipeline.topics).events().stream()
                    .anyMatch(
                        event ->
                            event.getRole() == WorkerRole.INFERENCE
                                && event.getVersion() >= version));
  }

  private void comparesRequests(Pipeline pipeline, String address) throws Exception {
    List<Prediction> answers =
        TopicReader.committed(pipeline.bootstrapServers, pipeline.topics.predictions()).stream()
            .map(record -> pipeline.codec.decode(record, Prediction.class))
            .collect(Collectors.toCollection(ArrayList::new));
    assertThat(answers).hasSize(VERSIONS * ASKED);
    assertThat(answers.stream().map(Prediction::getModelVersion).distinct())
        .hasSizeGreaterThanOrEqualTo(10);
    Collections.shuffle(answers, new Random(12));
    for (Prediction answer : answers.subList(0, INSPECTED)) {
      String id = answer.getRequestId();
      JsonNode shown = get(pipeline, address, "request?id=" + id);
      JsonNode inspected = pipeline.run("inspect", id, "--json").done().rows().get(0);
      assertThat(shown.get("prediction").get("version").asLong())
          .as(id)
          .isEqualTo(answer.getModelVersion())
          .isEqualTo(inspected.get("model_version").asLong());
      assertThat(ranges(shown.get("version").get("ranges"), "begin", "end"))
          .as(id)
          .isNotEmpty()
          .isEqualTo(ranges(inspected.get("version").get("ranges"), "start", "end"));
    }
  }

  private static List<String> ranges(JsonNode ranges, String begin, String end) {
    return all(ranges)
        .map(range -> range.get("partition") + ":" + range.get(begin) + "-" + range.get(end))
        .toList();
  }

  private void comparesFeatures(Pipeline pipeline, String address) {
    List<Float> first = new ArrayList<>();
    TopicReader.committed(pipeline.bootstrapServers, pipeline.topics.batches())
        .forEach(
            record -> {
              FloatBuffer elements =
                  pipeline
                      .codec
                      .decode(record, TrainingBatch.class)
                      .getInputs()
                      .getData()
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .asFloatBuffer();
              for (int i = 0; i < elements.limit(); i += 2) {
                first.add(elements.get(i));
              }
            });
    JsonNode found =
        Eventually.await()
            .until(
                () -> get(pipeline, address, "features"),
                features -> features.get("samples").asInt() == first.size());
    JsonNode feature = found.get("features").get(0);
    double deviation = feature.get("referenceDeviation").asDouble();
    double mean = first.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
    assertThat(feature.get("feature").asText()).isEqualTo("a");
    assertThat(feature.get("mean").asDouble())
        .isCloseTo(feature.get("referenceMean").asDouble() + mean * deviation, within(1e-4));
  }

  private void comparesWeights(Pipeline pipeline, String address) throws Exception {
    List<Checkpoint> versions = pipeline.versions();
    Checkpoint from = versions.get(versions.size() - 2);
    Checkpoint to = versions.get(versions.size() - 1);
    ModelState before = pipeline.state(from);
    ModelState after = pipeline.state(to);
    JsonNode rows = get(pipeline, address, "weights/" + from.getVersion() + "/" + to.getVersion());
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode row : rows) {
      StateLayout.Slice slice = after.layout().slice(row.get("tensor").asText());
      names.add(slice.name());
      FloatBuffer a = before.data(slice).asFloatBuffer();
      FloatBuffer b = after.data(slice).asFloatBuffer();
      double squares = 0;
      for (int i = 0; i < a.limit(); i++) {
        squares += Math.pow(b.get(i) - a.get(i), 2);
      }
      assertThat(row.get("difference").asDouble()).isCloseTo(Math.sqrt(squares), within(1e-6));
    }
    assertThat(names).containsExactly("fc1.bias", "fc1.weight");
  }

  /** Shows what the workers announce of their memory and their commits. */
  private void comparesFigures(Pipeline pipeline, String address) {
    List<Map<String, Double>> announced =
        Announcements.of(pipeline.bootstrapServers, pipeline.topics).events().stream()
            .map(WorkerStatus::getFigures)
            .toList();
    assertThat(announced).allMatch(figures -> figures.containsKey("resident.bytes"));
    assertThat(announced).anyMatch(figures -> figures.containsKey("commit.ms.p99"));
    JsonNode unused =
        Eventually.await()
            .until(
                () -> get(pipeline, address, "figures").get("series"),
                series ->
                    all(series.get(2)).anyMatch(value -> value.asDouble() > 10)
                        && all(series.get(1)).anyMatch(value -> value.asDouble() > 0));
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private JsonNode view(Pipeline pipeline, String address) throws Exception {
    return get(pipeline, address, "view");
  }

  private JsonNode get(Pipeline pipeline, String address, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "api/models/" + pipeline.model + "/" + path))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json.readTree(answer.body());
  }

  private static String[] with(String[] table, String... options) {
    List<String> all = new ArrayList<>(List.of(table));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private String table() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("a,b,class\n");
    for (int row = 0; row < 2 * VERSIONS * SAMPLES; row++) {
      rows.append(
          String.format(
              Locale.ROOT,
              "%.3f,%.3f,%s%n",
              5 + random.nextGaussian(),
              random.nextDouble(),
              row % 2 == 0 ? "even" : "odd"));
    }
    return Files.writeString(folder.resolve("table.csv"), rows).toString();
  }
}
