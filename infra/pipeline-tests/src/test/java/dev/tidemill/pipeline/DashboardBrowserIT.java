package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.tidemill.cli.Tidemill;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.TopicReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives the dashboard of a real demo in a real browser. */
class DashboardBrowserIT {
  private static final byte[] JUNK = {'j', 'u', 'n', 'k', ' ', (byte) 0xff};
  private static final String TOKEN = "a token of the test";
  private static final List<String> VIEWS =
      List.of("overview", "training", "versions", "serving", "data", "letters", "log", "actions");

  private static final Topics TOPICS = Topics.of("tidemill", "demo");

  /** The rows of the table with a caption. */
  private static final String ROWS = "table:has(caption:text-is('%s')) tbody tr";

  @TempDir private static Path folder = Path.of("");
  private static ChildJvm demo;
  private static Browser browser;
  private static String address = "";
  private static String brokers = "";

  @BeforeAll
  static void startDemo() throws Exception {
    assumeTrue(Browser.program().isPresent(), "Chromium is not installed");
    Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    demo =
        ChildJvm.start(
            Tidemill.class.getName(),
            List.of(
                "demo",
                "--port=0",
                "--train-samples=4000",
                "--test-samples=200",
                "--epochs=2",
                "--set",
                "dashboard.token.file=" + token),
            Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder));
    address = demo.waitForLine("demo: dashboard at (http.*)").group(1);
    brokers = demo.waitForLine("demo: broker at (.*)").group(1);
    Object unused = demo.waitForLine("demo: still serving", Duration.ofMinutes(3));
    browser = Browser.start();
  }

  @AfterEach
  void closePages() {
    browser.closePages();
  }

  @AfterAll
  static void stopDemo() {
    if (browser != null) {
      browser.close();
    }
    if (demo != null) {
      demo.close();
    }
  }

  @Test
  void showsTheVersionsThatAreOnTheTopic() {
    Map<Long, Checkpoint> manifests = manifests();
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-versions");
    Locator rows = page.locator("table:has(caption:text-is('Versions')) tbody tr");
    Eventually.await().until(() -> rows.count() == manifests.size());

    for (int i = 0; i < manifests.size(); i++) {
      List<String> cells = rows.nth(i).locator("td").allInnerTexts();
      long version = Long.parseLong(cells.get(0));
      Checkpoint manifest = Objects.requireNonNull(manifests.get(version));
      assertThat(cells.get(4).replace(",", "")).isEqualTo(Long.toString(manifest.getSamples()));
      assertThat(Double.parseDouble(cells.get(5)))
          .isCloseTo(manifest.getLoss(), within(1e-3 * manifest.getLoss()));
      assertThat(Double.parseDouble(cells.get(6).replace(" %", "")))
          .isCloseTo(100 * manifest.getAccuracy(), within(0.0051));
      assertThat(cells.get(12))
          .isEqualTo(
              manifest.getRanges().get(0).getPartition()
                  + ": "
                  + manifest.getRanges().get(0).getStartOffset()
                  + "–"
                  + manifest.getRanges().get(0).getEndOffset());
    }
  }

  @Test
  void countsTheAnswersThatAreOnTheTopic() {
    Page page = open(ColorScheme.LIGHT, 1400);
    int before = TopicReader.committed(brokers, TOPICS.predictions()).size();
    long shown =
        Eventually.await().until(() -> figure(page, "answers seen"), figure -> figure >= before);
    int after = TopicReader.committed(brokers, TOPICS.predictions()).size();
    assertThat(shown).isLessThanOrEqualTo(after);
    assertThat(figure(page, "errors")).isZero();
    assertThat(figure(page, "newest version")).isEqualTo(manifests().size());
    assertThat(page.locator("#state").innerText()).isEqualTo("all is well");
  }

  @Test
  void showsTheTrainerAndTheWorkersThatAnnouncedThemselves() {
    Page page = open(ColorScheme.LIGHT, 1400);
    Announcements announced = Announcements.of(brokers, TOPICS);
    TrainingProgress newest =
        records(TOPICS.progress(), ProgressEvent.class).stream()
            .map(ProgressEvent::getEvent)
            .filter(TrainingProgress.class::isInstance)
            .map(TrainingProgress.class::cast)
            .reduce((earlier, later) -> later)
            .orElseThrow();
    Eventually.await().until(() -> figure(page, "samples trained") == newest.getSamples());
    assertThat(figure(page, "epoch")).isEqualTo(newest.getEpoch());
    assertThat(page.locator(ROWS.formatted("Workers") + " td:first-child").allInnerTexts())
        .containsExactlyInAnyOrderElementsOf(
            announced.events().stream().map(WorkerStatus::getWorker).distinct().toList());
  }

  @Test
  void showsTheSizesOfTheTopics() throws Exception {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-log");
    try (Admin admin = new KafkaClients(KafkaSettings.at(brokers)).admin("it-sizes")) {
      // Nobody writes to these any more.
      for (String topic : List.of(TOPICS.batches(), TOPICS.checkpoints(), TOPICS.contract())) {
        long offsets = offsets(admin, topic);
        Locator cells =
            page.locator(ROWS.formatted("Topics") + ":has(td:text-is('" + topic + "')) td");
        Eventually.await()
            .until(() -> cells.nth(2).innerText().replace(",", ""), Long.toString(offsets)::equals);
      }
    }
  }

  private static long offsets(Admin admin, String topic) throws Exception {
    long offsets = 0;
    Map<String, TopicDescription> described =
        admin.describeTopics(List.of(topic)).allTopicNames().get();
    for (TopicPartitionInfo partition : Objects.requireNonNull(described.get(topic)).partitions()) {
      TopicPartition of = new TopicPartition(topic, partition.partition());
      offsets +=
          admin.listOffsets(Map.of(of, OffsetSpec.latest())).partitionResult(of).get().offset()
              - admin
                  .listOffsets(Map.of(of, OffsetSpec.earliest()))
                  .partitionResult(of)
                  .get()
                  .offset();
    }
    return offsets;
  }

  /** The demo goes on to answer, so that what the page shows lies between two counts. */
  @Test
  void countsAnswersByClassAndComparesThemWithLabels() {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-serving");
    Locator rows = page.locator(ROWS.formatted("Classes"));
    Map<String, Long> before = answersByClass();
    Map<String, Long> shown =
        Eventually.await().until(() -> counts(rows), found -> isAtLeast(found, before));
    assertThat(isAtLeast(answersByClass(), shown)).as("%s", shown).isTrue();

    page.click("#tab-data");
    Locator caption = page.locator("caption:has-text('answers are as labeled')");
    Pattern words = Pattern.compile("Version ([\\d,]+): .* of ([\\d,]+) answers.*");
    Matcher found = words.matcher(caption.innerText());
    assertThat(found.matches()).as("%s", caption.innerText()).isTrue();
    long compared = parse(found.group(2));
    assertThat(compared).isPositive().isLessThanOrEqualTo(labeled(parse(found.group(1))));
  }

  /** The demo goes on to answer, so the seconds up to now are compared. */
  @Test
  void drawsTheAnswersThatAreOnTheTopicSecondBySecond() {
    Page page = open(ColorScheme.LIGHT, 1400);
    TopicLines lines = new TopicLines(brokers, TOPICS);
    List<ConsumerRecord<byte[], byte[]>> answers =
        TopicReader.committed(brokers, TOPICS.predictions());
    long until = answers.stream().mapToLong(ConsumerRecord::timestamp).max().orElseThrow();
    Eventually.await().untilAsserted(() -> assertThat(lines.overview(page, until)).isEmpty());
    page.click("#tab-serving");
    Eventually.await().untilAsserted(() -> assertThat(lines.serving(page, until)).isEmpty());
  }

  /** Progress is drawn at the time of its receipt, but over samples it is what its records say. */
  @Test
  void drawsTheProgressThatIsOnTheTopicSampleBySample() {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-training");
    page.selectOption("#axis", "samples");
    TopicLines lines = new TopicLines(brokers, TOPICS);
    Eventually.await()
        .untilAsserted(
            () -> {
              List<List<Double>> said =
                  lines.progress().stream().map(each -> figures(each.event())).toList();
              List<List<Double>> drawn = drawnProgress(page);
              assertThat(drawn).isNotEmpty().isSubsetOf(said);
              assertThat(drawn.get(drawn.size() - 1)).isEqualTo(said.get(said.size() - 1));
            });
  }

  private static List<Double> figures(TrainingProgress progress) {
    return Arrays.asList(
        (double) progress.getSamples(),
        progress.getLoss(),
        progress.getAccuracy(),
        progress.getSamplesPerSecond(),
        progress.getLearningRate());
  }

  private static List<List<Double>> drawnProgress(Page page) {
    List<List<Double>> rows = new ArrayList<>();
    for (String chart :
        List.of("Loss", "Prequential accuracy", "Samples per second", "Learning rate")) {
      List<List<@Nullable Double>> points = DrawnChart.of(page, chart).rows();
      for (int i = 0; i < points.size(); i++) {
        if (rows.size() == i) {
          rows.add(new ArrayList<>(points.get(i)));
        } else {
          assertThat(points.get(i).get(0)).as(chart).isEqualTo(rows.get(i).get(0));
          rows.get(i).add(points.get(i).get(1));
        }
      }
    }
    return rows;
  }

  /** What workers announce is drawn each second, until they announce something else. */
  @Test
  void drawsTheFiguresThatWorkersAnnounce() {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-training");
    String memory = "Memory of the largest process (MiB)";
    awaitAnnounced(page, memory, "trainer", WorkerRole.TRAINER, "resident.bytes", 1 << 20);
    awaitAnnounced(
        page, memory, "inference worker", WorkerRole.INFERENCE, "resident.bytes", 1 << 20);
    page.click("#tab-serving");
    String commit = "Commit, the largest of all workers (ms)";
    awaitAnnounced(page, commit, "median", WorkerRole.INFERENCE, "commit.ms.p50", 1);
    awaitAnnounced(page, commit, "99th percentile", WorkerRole.INFERENCE, "commit.ms.p99", 1);
  }

  /** The demo has one worker of each role. */
  private static void awaitAnnounced(
      Page page, String chart, String line, WorkerRole role, String figure, double unit) {
    Eventually.await()
        .untilAsserted(
            () -> {
              List<Double> said =
                  Announcements.of(brokers, TOPICS).events().stream()
                      .filter(status -> status.getRole() == role)
                      .map(status -> status.getFigures().get(figure))
                      .filter(Objects::nonNull)
                      .map(value -> value / unit)
                      .toList();
              List<Double> drawn = List.copyOf(DrawnChart.of(page, chart).line(line).values());
              assertThat(drawn).as(chart).isNotEmpty().isSubsetOf(said);
              assertThat(drawn.get(drawn.size() - 1)).isEqualTo(said.get(said.size() - 1));
            });
  }

  private static Map<String, Long> counts(Locator rows) {
    Map<String, Long> counts = new TreeMap<>();
    for (Locator row : rows.all()) {
      List<String> cells = row.locator("td").allInnerTexts();
      counts.put(cells.get(0), parse(cells.get(1)));
    }
    return counts;
  }

  private static boolean isAtLeast(Map<String, Long> counts, Map<String, Long> least) {
    return least.entrySet().stream()
        .allMatch(each -> counts.getOrDefault(each.getKey(), 0L) >= each.getValue());
  }

  private static Map<String, Long> answersByClass() {
    return records(TOPICS.predictions(), Prediction.class).stream()
        .collect(Collectors.groupingBy(DashboardBrowserIT::className, Collectors.counting()));
  }

  private static String className(Prediction prediction) {
    return prediction.getLabelName() != null
        ? prediction.getLabelName()
        : String.valueOf(prediction.getLabel());
  }

  /** The newest version goes on to answer; what the others answered is over. */
  @Test
  void scoresEarlierVersionsByTheLabelsOnTheTopic() {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-versions");
    Eventually.await()
        .untilAsserted(
            () -> {
              Map<Long, List<Boolean>> scored = scored();
              long newest = manifests().size();
              List<Locator> rows = page.locator(ROWS.formatted("Versions")).all();
              assertThat(rows).hasSize((int) newest);
              for (Locator row : rows) {
                List<String> cells = row.locator("td").allInnerTexts();
                long version = Long.parseLong(cells.get(0));
                if (version < newest) {
                  assertThat(cells.get(7))
                      .as("version %d", version)
                      .isEqualTo(score(scored.getOrDefault(version, List.of())));
                }
              }
            });
  }

  private static String score(List<Boolean> answers) {
    long correct = answers.stream().filter(each -> each).count();
    return answers.isEmpty()
        ? "–"
        : String.format(
            Locale.ROOT, "%.2f %% of %,d", 100.0 * correct / answers.size(), answers.size());
  }

  /** Whether each answer of a version is as labeled. */
  private static Map<Long, List<Boolean>> scored() {
    Map<String, Integer> labels =
        records(TOPICS.labels(), Label.class).stream()
            .collect(Collectors.toMap(Label::getRequestId, Label::getLabel));
    return records(TOPICS.predictions(), Prediction.class).stream()
        .filter(each -> each.getError() == null && labels.containsKey(each.getRequestId()))
        .collect(
            Collectors.groupingBy(
                Prediction::getModelVersion,
                Collectors.mapping(
                    each -> Objects.equals(labels.get(each.getRequestId()), each.getLabel()),
                    Collectors.toList())));
  }

  /** The answers of a version whose request has a label. */
  private static long labeled(long version) {
    Set<String> labels =
        records(TOPICS.labels(), Label.class).stream()
            .map(Label::getRequestId)
            .collect(Collectors.toSet());
    return records(TOPICS.predictions(), Prediction.class).stream()
        .filter(each -> each.getModelVersion() == version && labels.contains(each.getRequestId()))
        .count();
  }

  @Test
  void drawsRecentInputsWithTheirPredictions() {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.click("#tab-data");
    page.waitForSelector(".samples li canvas");
    assertThat(page.locator(".samples li").count()).isEqualTo(12);
    assertThat(page.locator(".samples li strong").first().innerText())
        .matches("[0-9] \\([0-9.]+ %\\)");
    page.waitForSelector(".samples li:has-text('as labeled')");
    // Drawn anew every two seconds, so that all are read at once.
    for (String text : page.locator(".samples li").allInnerTexts()) {
      Matcher place = Pattern.compile("requests ([0-9]+)/([0-9]+)").matcher(text);
      assertThat(place.find()).as(text).isTrue();
      Prediction answer =
          records(TOPICS.predictions(), Prediction.class).stream()
              .filter(
                  each ->
                      each.getRequestPartition() == Integer.parseInt(place.group(1))
                          && each.getRequestOffset() == Long.parseLong(place.group(2)))
              .findFirst()
              .orElseThrow();
      assertThat(text)
          .contains(className(answer) + " (")
          .contains("version " + answer.getModelVersion());
    }
    page.waitForSelector("caption:has-text('answers are as labeled')");
  }

  @Test
  void isAccessibleAndKeepsToItsHostInEveryViewAndSize() throws Exception {
    Path screenshots = Files.createDirectories(Path.of("target", "screenshots"));
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : List.of(scheme == ColorScheme.LIGHT ? 1400 : 360)) {
        Page page = open(scheme, width);
        for (String view : VIEWS) {
          page.click("#tab-" + view);
          page.waitForSelector("#panel[aria-labelledby=tab-" + view + "] .card");
          String name = view + "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
          Path unused =
              Files.write(
                  screenshots.resolve(name + ".png"),
                  page.screenshot(new Page.ScreenshotOptions().setFullPage(true)));
          if (view.equals("training")) {
            page.waitForSelector("section:has(> h2:text-is('Loss')) canvas");
            page.click("section:has(> h2:text-is('Loss')) summary");
            page.waitForSelector("section:has(> h2:text-is('Loss')) details table");
          }
          assertThat(Browser.violations(page)).as(name).isEmpty();
          Object overflow =
              page.evaluate(
                  "document.documentElement.scrollWidth - document.documentElement.clientWidth");
          assertThat(overflow).as("%s is wider than the window", name).isEqualTo(0);
        }
        page.context().close();
      }
    }
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void canBeUsedWithTheKeyboardOnly() {
    Page page = open(ColorScheme.LIGHT, 1400);
    page.focus("#tab-overview");
    for (int i = 1; i < VIEWS.size(); i++) {
      page.keyboard().press("ArrowRight");
      assertThat(page.evaluate("document.activeElement.id")).isEqualTo("tab-" + VIEWS.get(i));
      assertThat(page.getAttribute("#tab-" + VIEWS.get(i), "aria-selected")).isEqualTo("true");
    }
    page.keyboard().press("Home");
    assertThat(page.getAttribute("#tab-overview", "aria-selected")).isEqualTo("true");
  }

  @Test
  void steersWithTheTokenAndShowsWhatTheWorkersAnswer() {
    // A refused token is an error on the console, which must not count for the others.
    try (Browser own = Browser.start()) {
      Page page = open(own, ColorScheme.LIGHT, 1400);
      page.click("#tab-actions");
      page.click("#do-pin");
      answer(page, "not the token at all");
      answer(page, "1");
      page.waitForSelector("#note:has-text('the token is missing or wrong')");

      long newest = manifests().size();
      page.click("#do-pin");
      answer(page, TOKEN);
      answer(page, Long.toString(newest));
      page.waitForSelector("tbody tr:has-text('PIN " + newest + "') >> text=pinned; serving");
      page.click("#do-unpin");
      page.click("#ask-yes");
      page.waitForSelector("tbody tr:has-text('UNPIN') >> text=unpinned");
      assertThat(page.inputValue("#ask-value")).isEmpty();
      assertThat(page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])"))
          .isEqualTo("[{},{},\"\"]");
    }
  }

  @Test
  void showsADeadLetterAndDiscardsIt() throws Exception {
    // A refused token would be an error on the console, which must not count for the others.
    try (Browser own = Browser.start()) {
      Page page = open(own, ColorScheme.LIGHT, 1400);
      try (Producer<byte[], byte[]> producer =
          new KafkaClients(KafkaSettings.at(brokers)).producer("it-junk")) {
        Object unused = producer.send(new ProducerRecord<>(TOPICS.requests(), 0, null, JUNK)).get();
      }
      page.click("#tab-letters");
      Locator row = page.locator("table:has(caption:has-text('seen')) tbody tr").first();
      row.waitFor();
      DeadLetter letter = records(TOPICS.deadLetters(), DeadLetter.class).get(0);
      assertThat(row.locator("td").nth(2).innerText())
          .isEqualTo(
              "%s-%d, offset %d"
                  .formatted(letter.getTopic(), letter.getPartition(), letter.getOffset()));
      assertThat(row.locator("td").nth(3).innerText()).isEqualTo(letter.getReason());
      assertThat(row.locator("td").nth(6).innerText()).isEqualTo("junk \\xff");

      row.locator("button:has-text('Discard')").click();
      answer(page, TOKEN);
      page.click("#ask-yes");
      page.waitForSelector("tbody tr:has-text('discarded by')");
      page.waitForSelector("#state.badge:has-text('well')");
    }
    assertThat(
            records(TOPICS.control(), ControlEvent.class).stream()
                .map(ControlEvent::getEvent)
                .filter(DeadLetterAction.class::isInstance))
        .hasSize(1);
  }

  private static void answer(Page page, String text) {
    page.waitForSelector("#ask[open] #ask-value");
    page.fill("#ask-value", text);
    page.press("#ask-value", "Enter");
  }

  private static Page open(ColorScheme scheme, int width) {
    return open(browser, scheme, width);
  }

  private static Page open(Browser in, ColorScheme scheme, int width) {
    Page page = in.open(address, width, 900, scheme);
    page.waitForSelector("#state.badge:has-text('well')");
    return page;
  }

  private static long figure(Page page, String title) {
    String text =
        page.locator(".figures div:has(dt:text-is('" + title + "')) dd").first().innerText();
    return parse(text);
  }

  private static long parse(String number) {
    return Long.parseLong(number.replace(",", ""));
  }

  private static Map<Long, Checkpoint> manifests() {
    Map<Long, Checkpoint> found = new TreeMap<>();
    for (Checkpoint manifest : records(TOPICS.checkpoints(), Checkpoint.class)) {
      found.put(manifest.getVersion(), manifest);
    }
    return found;
  }

  private static <T extends SpecificRecord> List<T> records(String topic, Class<T> type) {
    SingleObjectFormat format = new SingleObjectFormat();
    return TopicReader.committed(brokers, topic).stream()
        .map(record -> format.decode(record.topic(), ByteBuffer.wrap(record.value()), type))
        .toList();
  }
}
