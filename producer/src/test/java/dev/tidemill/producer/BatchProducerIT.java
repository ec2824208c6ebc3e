package dev.tidemill.producer;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.local.EmbeddedCluster;
import dev.tidemill.messaging.MissingTopicException;
import dev.tidemill.producer.SendSettings.Resume;
import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.OrderedSources;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.lines.StreamedLines;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class BatchProducerIT {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final SendSettings QUICK =
      SendSettings.standard(10).withLinger(SHORT).withCommitInterval(SHORT);

  private final KafkaCluster cluster;
  private final RecordingListener listener = new RecordingListener();
  private final Metrics metrics = new Metrics("m");

  BatchProducerIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void restartSendsFiniteSourceOnlyOnce() throws InterruptedException {
    Destination to = fresh("finite");
    assertThat(run(to, CountingSource.of(25), QUICK).samples()).isEqualTo(25);
    SendProgress again = run(to, CountingSource.of(25), QUICK);

    assertThat(again.nothingLeft()).isTrue();
    assertThat(again.before()).isEqualTo(25);
    List<TrainingBatch> batches = TestLog.batches(to);
    assertThat(batches).extracting(TrainingBatch::getSequence).containsExactly(0L, 1L, 2L);
    assertThat(batches).extracting(TrainingBatch::getFirstSample).containsExactly(0L, 10L, 20L);
    assertThat(TestLog.classes(to)).containsExactlyElementsOf(numbers(25));
    assertThat(metrics.scrape()).containsPattern("tidemill_samples_produced_total\\{[^}]*\\} 25");
  }

  @Test
  void largerLimitSendsOnlyNewSamples() throws InterruptedException {
    Destination to = fresh("limit");
    run(to, ordered(ReadingOrder.AS_IS.withLimit(15)), QUICK);
    SendProgress more = run(to, ordered(ReadingOrder.AS_IS.withLimit(40)), QUICK);
    assertThat(more.before()).isEqualTo(15);
    assertThat(more.samples()).isEqualTo(25);
    assertThat(TestLog.batches(to))
        .extracting(TrainingBatch::getFirstSample)
        .containsExactly(0L, 10L, 15L, 25L, 35L);
  }

  @Test
  void resumesAtExactSampleAfterKills() throws InterruptedException {
    Destination to = fresh("killed");
    List<String> arguments = List.of(cluster.bootstrapServers(), to.model(), "2000", "800");
    for (int killAt : new int[] {200, 700, 1300}) {
      try (ChildJvm child = ChildJvm.start(ProducerProcess.class.getName(), arguments, Map.of())) {
        String reached = "sent (" + killAt + "|" + (killAt + 8) + "|" + (killAt + 4) + ")$";
        child.waitForLine(reached);
        child.kill();
      }
    }
    try (ChildJvm last = ChildJvm.start(ProducerProcess.class.getName(), arguments, Map.of())) {
      last.waitForLine("ended producer.* has ended");
      assertThat(last.awaitExit(Duration.ofMinutes(1))).isZero();
      assertThat(last.out().get(0)).isNotEqualTo("sent 0");
    }

    assertThat(TestLog.classes(to)).containsExactlyElementsOf(numbers(2000));
    assertThat(TestLog.batches(to))
        .extracting(TrainingBatch::getSequence)
        .isEqualTo(IntStream.range(0, 250).mapToObj(Long::valueOf).toList());
    assertThat(TopicReader.uncommitted(cluster.bootstrapServers(), to.topics().batches()))
        .as("records written more than once were not committed")
        .hasSizeGreaterThanOrEqualTo(250);
  }

  @Test
  void shuffledRunResumesInTheSameOrderAfterClose() throws InterruptedException {
    Destination to = fresh("closed");
    ReadingOrder order = ReadingOrder.AS_IS.shuffled(3).withEpochs(2).withLimit(2_000);
    SendSettings slow = QUICK.withRate(1000).withResume(Resume.ALWAYS);
    try (BatchProducer producer = producer(to, ordered(order), slow)) {
      producer.start();
      await().until(() -> producer.progress().samples() > 300);
    }
    SendProgress rest = run(to, ordered(order), QUICK);

    assertThat(rest.before()).isGreaterThan(300);
    assertThat(rest.before() + rest.samples()).isEqualTo(2_000);
    assertThat(TestLog.classes(to))
        .containsExactlyElementsOf(
            IntStream.range(0, 2_000).mapToObj(i -> classAt(order, i)).toList());
  }

  @Test
  void respectsTheRate() throws InterruptedException {
    Destination to = fresh("rate");
    long start = System.nanoTime();
    SendSettings slow = QUICK.withRate(200).withResume(Resume.NEVER);
    run(to, CountingSource.of(201), slow);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
    assertThat(listener.progress).last().extracting(SendProgress::samples).isEqualTo(201L);
    assertThat(listener.progress.get(listener.progress.size() - 2).samplesPerSecond())
        .isPositive()
        .isLessThan(230);
  }

  @Test
  void commitsRecordWhileTheNextOneFillsSlowly() throws InterruptedException {
    Destination to = fresh("slow");
    run(to, new SlowSource(to), QUICK);
    assertThat(TestLog.classes(to)).containsExactlyElementsOf(numbers(20));
  }

  /** Two records; the second is filled only after consumers can read the first. */
  private record SlowSource(Destination to) implements IndexedSource {
    @Override
    public SourceDescription description() {
      return CountingSource.of(20).description();
    }

    @Override
    public Sample at(long index) {
      if (index == 12) {
        await().pollDelay(QUICK.commitInterval().multipliedBy(2)).until(() -> true);
      } else if (index == 14) {
        await().until(() -> committedRecords() == 1);
      }
      return CountingSource.of(20).at(index);
    }

    private int committedRecords() {
      return TopicReader.committed(to.clients().bootstrapServers(), to.topics().batches()).size();
    }
  }

  @Test
  void sendsEndlessSourceUntilClosed() throws InterruptedException {
    Destination to = fresh("endless");
    SampleSource digits =
        sources("").open(SourceSpec.parse("digits:drift-after=50"), forTraining(), inOrder());
    try (BatchProducer producer = producer(to, digits, QUICK)) {
      producer.start();
      await().until(() -> producer.progress().samples() > 500);
      assertThat(producer.health().state()).isEqualTo(Health.State.READY);
      assertThat(producer.progress().remaining()).isEmpty();
    }
    assertThat(TestLog.batches(to).get(3).getInputs().getShape())
        .containsExactly(10L, 1L, 28L, 28L);
    assertThat(TestLog.batches(to)).hasSizeGreaterThan(50);
  }

  @Test
  void sendsPartialRecordOfSlowStream() throws IOException, InterruptedException {
    Destination to = fresh("trickle");
    PipedInputStream in = new PipedInputStream();
    try (PipedOutputStream out = new PipedOutputStream(in);
        BatchProducer producer =
            producer(
                to, new StreamedLines(in, "pipe", Long.MAX_VALUE, DeriveOptions.DEFAULT), QUICK)) {
      producer.start();
      out.write("{\"inputs\":[1,2],\"label\":4}\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      await().until(() -> TestLog.batches(to).size() == 1);
      assertThat(TestLog.classes(to)).containsExactly(4);
    }
  }

  @Test
  void closeSendsAllSamplesReadFromStream() throws IOException, InterruptedException {
    Destination to = fresh("stopped");
    String all =
        IntStream.range(0, 2_000)
            .mapToObj(i -> "{\"inputs\":[1,2],\"label\":%d}\n".formatted(i))
            .collect(Collectors.joining());
    CountedInput in = new CountedInput(all);
    SampleSource lines = new StreamedLines(in, "pipe", Long.MAX_VALUE, DeriveOptions.DEFAULT);
    try (BatchProducer producer = producer(to, lines, QUICK.withRate(10))) {
      producer.start();
      // The reader has filled its queue, and its buffer holds more lines.
      await().until(() -> producer.progress().taken() > 0);
      stop(producer);
      SendProgress progress = producer.progress();
      assertThat(producer.health().cause()).isNull();
      assertThat(progress.unsent()).isZero();
      assertThat(progress.refused()).as("at most the line cut off by close").isLessThan(2);
      long read = all.substring(0, in.count.get()).lines().count();
      assertThat(read).isGreaterThan(256).isLessThan(2_000);
      assertThat(progress.samples() + progress.refused()).isEqualTo(read);
      assertThat(TestLog.classes(to))
          .containsExactlyElementsOf(numbers(Math.toIntExact(progress.samples())));
    }
  }

  /** Counts the bytes that were read. */
  private static final class CountedInput extends FilterInputStream {
    private final AtomicInteger count = new AtomicInteger();

    CountedInput(String text) {
      super(stream(text));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count.addAndGet(Math.max(0, read));
      return read;
    }
  }

  @Test
  void closeSendsPartialRecordOfEndlessSource() throws InterruptedException {
    Destination to = fresh("rest");
    try (BatchProducer producer = producer(to, CountingSource.endless(), QUICK.withRate(100))) {
      producer.start();
      await().until(() -> producer.progress().samples() > 20);
      stop(producer);
      assertThat(producer.health().cause()).isNull();
      assertThat(producer.progress().isComplete()).isTrue();
      assertThat(TestLog.classes(to))
          .containsExactlyElementsOf(numbers(Math.toIntExact(producer.progress().samples())));
    }
  }

  @Test
  void countsOnlyAcknowledgedSamples(@TempDir Path directory) throws Exception {
    try (EmbeddedCluster own = EmbeddedCluster.start(directory, 1)) {
      for (Resume resume : List.of(Resume.ALWAYS, Resume.NEVER)) {
        assertCountsOnlyAcknowledged(own, resume);
      }
    }
  }

  private void assertCountsOnlyAcknowledged(EmbeddedCluster own, Resume resume)
      throws InterruptedException {
    Destination to = TestLog.fresh(own.bootstrapServers(), "gone");
    SendSettings settings =
        QUICK
            .withRate(2_000)
            .withResume(resume)
            .withHealthTimeout(Duration.ofSeconds(1))
            .withCloseTimeout(Duration.ofSeconds(1));
    SendProgress progress;
    try (BatchProducer producer = producer(to, CountingSource.endless(), settings)) {
      producer.start();
      await().until(() -> producer.progress().samples() > 300);
      own.stop(1);
      await().until(() -> producer.health().state() == Health.State.DEGRADED);
      assertThat(producer.health().isReady()).isFalse();
      stop(producer);
      progress = producer.progress();
      assertThat(progress.unsent()).isPositive();
      assertThat(progress.isComplete()).isFalse();
      assertThat(producer.health().cause())
          .isInstanceOf(UncommittedException.class)
          .hasMessageContaining("did not commit " + progress.unsent() + " samples")
          .hasMessageContaining("send.close.timeout.ms");
    }
    own.restart(1);
    // Whatever was acknowledged is on the log. The marker of the last commit is written later, by
    // the
    // restarted coordinator, and the broker may have records that it had no time to acknowledge.
    assertThat(TestLog.classesOnLog(to))
        .startsWith(numbers(Math.toIntExact(progress.samples())).toArray(Integer[]::new));
  }

  @Test
  void closeWaitsForReturningBrokerWithinTimeout(@TempDir Path directory) throws Exception {
    try (EmbeddedCluster own = EmbeddedCluster.start(directory, 1)) {
      Destination to = TestLog.fresh(own.bootstrapServers(), "back");
      SendSettings settings = QUICK.withRate(2_000).withCloseTimeout(Duration.ofMinutes(2));
      try (BatchProducer producer = producer(to, CountingSource.of(1_000_000), settings)) {
        producer.start();
        await().until(() -> producer.progress().samples() > 300);
        own.stop(1);
        await().until(() -> producer.progress().written() > producer.progress().records());
        Thread closer = new Thread(producer::close, "closer");
        closer.start();
        await().until(() -> producer.health().state() == Health.State.STOPPING);
        own.restart(1);
        closer.join();
        SendProgress progress = producer.progress();
        assertThat(producer.health().cause()).isNull();
        assertThat(progress.unsent()).isZero();
        assertThat(TestLog.classes(to))
            .containsExactlyElementsOf(numbers(Math.toIntExact(progress.samples())));
      }
    }
  }

  @Test
  void namesTopicAndSettingOfTooLargeRecord() throws Exception {
    for (Resume resume : List.of(Resume.ALWAYS, Resume.NEVER)) {
      Destination to = fresh("large");
      try (BatchProducer producer = producer(to, new LargeSource(to), QUICK.withResume(resume))) {
        producer.start();
        producer.awaitEnd();
        assertThat(producer.health().cause())
            .hasMessageContaining(to.topics().batches())
            .hasMessageContaining("max.message.bytes")
            .hasMessageMatching(".*the largest record has 40,\\d+ bytes before compression.*")
            .hasMessageContaining("send.batch.samples is 10");
        assertThat(producer.progress().unsent()).isPositive();
      }
      assertThat(TestLog.batches(to)).as("records before the too large one").hasSize(1);
    }
  }

  /** Without transactions: a broker that rejects its own markers could not end a transaction. */
  @Test
  void namesTopicAndSettingOfRejectedTimestamp() throws Exception {
    Destination to = fresh("timestamp");
    SendSettings slow = QUICK.withRate(100).withResume(Resume.NEVER);
    try (BatchProducer producer = producer(to, CountingSource.endless(), slow)) {
      producer.start();
      await().until(() -> producer.progress().samples() > 10);
      TestLog.set(to, to.topics().batches(), "message.timestamp.before.max.ms", "1");
      producer.awaitEnd();
      assertThat(producer.health().cause())
          .hasMessageContaining(to.topics().batches())
          .hasMessageContaining("message.timestamp.before.max.ms");
    }
  }

  /** Lowers the topic's size limit before its second record. */
  private record LargeSource(Destination to) implements IndexedSource {
    @Override
    public SourceDescription description() {
      return SourceDescription.of("large", OptionalLong.of(30), List.of(4_000L));
    }

    @Override
    public Sample at(long index) {
      if (index == 12) {
        await().pollDelay(SHORT.multipliedBy(2)).until(() -> true);
      } else if (index == 14) {
        await().until(() -> TestLog.batches(to).size() == 1);
        TestLog.set(to, to.topics().batches(), "max.message.bytes", "2000");
      }
      byte[] noise = new byte[4_000];
      new Random(index).nextBytes(noise);
      return new Sample(
          index,
          DType.UINT8,
          List.of(4_000L),
          ByteBuffer.wrap(noise),
          new SampleLabel.ClassNumber(Math.toIntExact(index)));
    }
  }

  @Test
  void reportsAndSkipsMalformedLinesOfStream() throws InterruptedException {
    Destination to = fresh("lines");
    String text =
        """
        {"inputs":[1,2],"label":0}
        nonsense
        {"inputs":[1,2]}
        {"inputs":[1,2,3],"label":1}
        {"inputs":[1,2],"label":2}
        """;
    SampleSource lines = sources(text).open(SourceSpec.parse("jsonl:-"), forTraining(), inOrder());
    // The stream's end sends the record, however slowly its lines are read.
    SendProgress progress = run(to, lines, QUICK.withLinger(Duration.ofMinutes(1)));
    assertThat(progress.samples()).isEqualTo(2);
    assertThat(progress.refused()).isEqualTo(3);
    assertThat(listener.refused)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("standard input line 2: not JSON"),
            second -> assertThat(second).isEqualTo("standard input line 3: no label"),
            third ->
                assertThat(third)
                    .startsWith("standard input line 4: FLOAT32 [3], but contract version 1")
                    .endsWith("has FLOAT32 [2]"));
    assertThat(TestLog.classes(to)).containsExactly(0, 2);
    assertThat(TestLog.batches(to)).hasSize(1);
  }

  @Test
  void contractOfTableHasStandardizationAndClassNames(@TempDir Path dir)
      throws IOException, InterruptedException {
    Destination to = fresh("table");
    Path file = Files.writeString(dir.resolve("t.csv"), "x,label\n1,cat\n3,dog\n");
    run(
        to,
        sources("")
            .open(SourceSpec.parse("csv:" + file), forTraining().withStandardize(true), inOrder()),
        QUICK);
    TrainingBatch batch = TestLog.batches(to).get(0);
    assertThat(batch.getContract()).isEqualTo(1);
    assertThat(batch.getSource()).isEqualTo("csv:" + file);
    Contract contract = TestLog.contract(to);
    assertThat(contract.features().get(0).getMean()).isEqualTo(2.0);
    assertThat(contract.classes()).containsExactly("cat", "dog");
  }

  @Test
  void errorInFiniteSourceStopsTheProducer() throws IOException, InterruptedException {
    Destination to = fresh("fault");
    String text = "x,label\n" + "1,0\n".repeat(100);
    Path file = Files.createTempFile("producer", ".csv");
    Files.writeString(file, text);
    SampleSource source =
        sources("").open(SourceSpec.parse("csv:" + file), forTraining(), inOrder());
    Files.writeString(file, text.substring(0, 8 + 4 * 55));
    try (BatchProducer producer = producer(to, source, QUICK)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause())
          .isInstanceOf(UnusableSourceException.class)
          .hasMessageContaining("had 100 rows and now ends before row 56");
    }
    assertThat(TestLog.classes(to)).as("the full records before the error").hasSize(50);
    Files.delete(file);
  }

  @Test
  void namesMissingTopic() throws InterruptedException {
    Destination nowhere = TestLog.of(cluster.bootstrapServers(), "absent");
    try (BatchProducer producer = producer(nowhere, CountingSource.of(1), QUICK)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause())
          .isInstanceOf(MissingTopicException.class)
          .hasMessageContaining("tidemill.absent.batches");
    }
  }

  @Test
  void rejectsResumingStandardInput() {
    SendSettings always = QUICK.withResume(Resume.ALWAYS);
    SampleSource stream = new StreamedLines(stream(""), "pipe", 1, DeriveOptions.DEFAULT);
    assertThatThrownBy(() -> producer(fresh("once"), stream, always))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("can be read only once")
        .hasMessageEndingWith("set send.resume to auto or never");
  }

  /** Closes the producer inside its try block, to inspect it afterwards. */
  private static void stop(BatchProducer producer) {
    producer.close();
  }

  private Destination fresh(String stem) {
    return TestLog.fresh(cluster.bootstrapServers(), stem);
  }

  private SendProgress run(Destination to, SampleSource source, SendSettings settings)
      throws InterruptedException {
    try (BatchProducer producer = producer(to, source, settings)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause()).isNull();
      return producer.progress();
    }
  }

  private BatchProducer producer(Destination to, SampleSource source, SendSettings settings) {
    return new BatchProducer(to, source, settings, listener, metrics);
  }

  private static SampleSource ordered(ReadingOrder order) {
    return OrderedSources.of(CountingSource.of(1_500), order);
  }

  private static int classAt(ReadingOrder order, int index) {
    return SampleReaders.classOf(OrderedSources.of(CountingSource.of(1_500), order).at(index));
  }

  private static Sources sources(String standardInput) {
    return new Sources(stream(standardInput), new DownloadCache(Path.of("unused")), Map.of());
  }

  private static SourceOptions forTraining() {
    return SourceOptions.FOR_TRAINING;
  }

  private static ReadingOrder inOrder() {
    return ReadingOrder.AS_IS;
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
