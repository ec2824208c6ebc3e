package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.RenamedSource;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source's identity is its content: what was sent is recognized, and what was not is sent. */
@WithKafka
class SourceIdentityIT {
  private static final String FIRST = "x,label\n1,a\n2,b\n3,a\n";

  @TempDir private Path dir;

  private final KafkaCluster cluster;
  private final RecordingListener listener = new RecordingListener();

  SourceIdentityIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void grownFileSendsWhatIsNew() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "grown");
    SourceOptions scaled = SourceOptions.FOR_TRAINING.withStandardize(true);
    assertThat(run(to, csv("t.csv", FIRST, scaled)).samples()).isEqualTo(3);
    SendProgress again = run(to, csv("t.csv", FIRST, scaled));
    assertThat(again.nothingLeft()).isTrue();
    SourceSpec spec = SourceSpec.parse("csv:" + dir.resolve("t.csv"));
    SendProgress fewer = run(to, sources().open(spec, scaled, ReadingOrder.AS_IS.withLimit(1)));
    assertThat(fewer.nothingLeft()).as("a smaller limit").isTrue();
    SendProgress grown = run(to, csv("t.csv", FIRST + "4,b\n5,b\n", scaled));
    assertThat(grown.before()).isEqualTo(3);
    assertThat(grown.samples()).isEqualTo(2);
    assertThat(TestLog.classes(to)).containsExactly(0, 1, 0, 1, 1);
  }

  /** Both parts of a demo's data are one unpacked file. */
  @Test
  void leavesAPackedFileToWhoOpenedIt() throws Exception {
    Path packed = dir.resolve("t.csv.gz");
    try (Writer writer =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(packed)), StandardCharsets.UTF_8)) {
      writer.write(FIRST);
    }
    try (SampleSource source =
        sources()
            .open(
                SourceSpec.parse("csv:" + packed),
                SourceOptions.FOR_TRAINING,
                ReadingOrder.AS_IS)) {
      run(TestLog.fresh(cluster.bootstrapServers(), "packed"), source);
      assertThat(SampleReaders.all(source)).hasSize(3);
    }
  }

  @Test
  void refusesAFileWhoseBeginningChanged() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "changed");
    run(to, csv("t.csv", FIRST));
    for (String text : List.of("x,label\n1,a\n2,a\n3,a\n", "x,label\n1,a\n", "y" + FIRST)) {
      assertThat(failure(to, csv("t.csv", text)))
          .as(text)
          .isNotNull()
          .satisfiesAnyOf(
              changed ->
                  assertThat(changed)
                      .isInstanceOf(ChangedSourceException.class)
                      .hasMessageContaining(dir.resolve("t.csv") + " has changed")
                      .hasMessageContaining("send.resume=never")
                      .hasMessageContaining("--source-name"),
              otherColumn -> assertThat(otherColumn).hasMessageContaining("no column `x`"));
    }
    assertThat(TestLog.classes(to)).containsExactly(0, 1, 0);

    SampleSource renamed = new RenamedSource(csv("t.csv", "x,label\n1,a\n2,a\n3,a\n"), "second");
    assertThat(run(to, renamed).samples()).isEqualTo(3);
  }

  @Test
  void namesTheFirstRowThatDiffers() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "differs");
    String text = "x,note,label\n1,u,a\n2,v,b\n3,w,a\n4,x,b\n5,y,a\n";
    TableFormat twoColumns =
        new TableFormat(
            null, StandardCharsets.UTF_8, false, null, null, List.of(), List.of("x"), List.of());
    SourceOptions options = SourceOptions.FOR_TRAINING.withTable(twoColumns);
    run(to, csv("t.csv", text, options));
    Map<String, String> changes =
        Map.of(
            text.replace("4,x,b", "4,x,a"), "the first that differs is " + file() + " line 5",
            text.replace("3,w,a", "3.5,w,a"), "the first that differs is " + file() + " line 4",
            text.replace("1,u,a\n", ""), "the first that differs is " + file() + " line 2",
            text.replace("4,x,b\n5,y,a\n", ""), "it has only 3");
    for (Map.Entry<String, String> change : changes.entrySet()) {
      assertThat(failure(to, csv("t.csv", change.getKey(), options)))
          .as(change.getKey())
          .isInstanceOf(ChangedSourceException.class)
          .hasMessageContaining(change.getValue());
    }
    assertThat(failure(to, csv("t.csv", text.replace("2,v,b", "2.0,v,b"), options)))
        .isInstanceOf(ChangedSourceException.class)
        .hasMessageContaining("between " + file() + " line 2 and " + file() + " line 3");
  }

  private Path file() {
    return dir.resolve("t.csv");
  }

  @Test
  void recoversAPositionThatKafkaHasForgotten() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "forgotten");
    run(to, csv("t.csv", FIRST));
    forgetPosition(to, "csv:" + file());
    Clock nextWeek = Clock.offset(Clock.systemUTC(), Duration.ofDays(8));
    assertThat(run(to, csv("t.csv", FIRST), nextWeek).nothingLeft()).isTrue();
    SendProgress grown = run(to, csv("t.csv", FIRST + "4,b\n5,b\n"), nextWeek);
    assertThat(grown.before()).isEqualTo(3);
    assertThat(grown.samples()).isEqualTo(2);
    assertThat(TestLog.classes(to)).containsExactly(0, 1, 0, 1, 1);
  }

  @Test
  void waitsForItsRecordsBehindAnotherSourcesTransaction() throws Exception {
    Destination fresh = TestLog.fresh(cluster.bootstrapServers(), "hidden");
    Destination to =
        new Destination(
            fresh.model(),
            fresh.topics(),
            new KafkaClients(
                new KafkaSettings(
                    cluster.bootstrapServers(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Duration.ofSeconds(2))),
            fresh.codec());
    Clock nextWeek = Clock.offset(Clock.systemUTC(), Duration.ofDays(8));
    try (Producer<byte[], byte[]> other =
        to.clients().transactionalProducer("other", "other-" + to.model())) {
      other.initTransactions();
      other.beginTransaction();
      RecordMetadata unused =
          other.send(new ProducerRecord<>(to.topics().batches(), 0, null, new byte[1])).get();
      run(to, csv("t.csv", FIRST));
      forgetPosition(to, "csv:" + file());
      assertThat(failure(to, csv("t.csv", FIRST), nextWeek))
          .isInstanceOf(OpenTransactionException.class);
      other.abortTransaction();
    }
    assertThat(run(to, csv("t.csv", FIRST), nextWeek).nothingLeft()).isTrue();
    assertThat(TestLog.classes(to)).containsExactly(0, 1, 0);
  }

  @Test
  void recoversPositionsIfTheContractWasRecreated() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "recreated");
    run(to, csv("t.csv", FIRST));
    run(to, csv("u.csv", FIRST));
    try (Admin admin = to.clients().admin("test");
        TopicAdmin topics = new TopicAdmin(to.clients(), "test")) {
      admin.deleteTopics(List.of(to.topics().contract())).all().get();
      Eventually.await()
          .until(() -> !admin.listTopics().names().get().contains(to.topics().contract()));
      topics.create(to.topics(), TopicPlan.standard());
    }
    assertThat(run(to, csv("t.csv", FIRST)).nothingLeft()).isTrue();
    assertThat(run(to, csv("t.csv", FIRST + "4,b\n")).samples()).isEqualTo(1);
    assertThat(run(to, csv("u.csv", FIRST)).nothingLeft()).as("the contract is new").isTrue();
    assertThat(listener.notices).anyMatch(notice -> notice.contains("Kafka has no position"));
  }

  @Test
  void noticesARecreatedTopic() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "batches");
    run(to, csv("t.csv", FIRST));
    try (Admin admin = to.clients().admin("test");
        TopicAdmin topics = new TopicAdmin(to.clients(), "test")) {
      admin.deleteTopics(List.of(to.topics().batches())).all().get();
      Eventually.await()
          .until(() -> !admin.listTopics().names().get().contains(to.topics().batches()));
      topics.create(to.topics(), TopicPlan.standard());
    }
    assertThat(failure(to, csv("t.csv", FIRST))).isInstanceOf(RecreatedTopicException.class);
  }

  @Test
  void endsThePendingPositionOfAFirstTransaction() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "pending");
    String id = ContractLog.transactionalId(to.model());
    String group = "tidemill-" + to.model() + "-producer-csv:" + file();
    TopicPartition partition = new TopicPartition(to.topics().contract(), 0);
    try (Producer<byte[], byte[]> dead = to.clients().transactionalProducer("dead", id);
        Consumer<byte[], byte[]> member = to.clients().groupConsumer("dead", group)) {
      dead.initTransactions();
      dead.beginTransaction();
      OffsetAndMetadata offset =
          new CommittedPosition(new SourcePosition(1, 2, ""), Uuid.randomUuid()).toOffset();
      dead.sendOffsetsToTransaction(Map.of(partition, offset), member.groupMetadata());
      assertThat(run(to, csv("t.csv", FIRST)).samples()).isEqualTo(3);
    }
  }

  @Test
  void fewerEpochsOfAShuffledSourceHaveBeenSent() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "epochs");
    ReadingOrder shuffled = ReadingOrder.AS_IS.shuffled(3);
    csv("t.csv", FIRST);
    SourceSpec spec = SourceSpec.parse("csv:" + file());
    SourceOptions options = SourceOptions.FOR_TRAINING;
    assertThat(run(to, sources().open(spec, options, shuffled.withEpochs(2))).samples())
        .isEqualTo(6);
    assertThat(run(to, sources().open(spec, options, shuffled)).nothingLeft()).isTrue();
    assertThat(run(to, sources().open(spec, options, shuffled.withEpochs(3))).samples())
        .isEqualTo(3);
  }

  private static void forgetPosition(Destination to, String key) throws Exception {
    try (Admin admin = to.clients().admin("test")) {
      admin
          .deleteConsumerGroups(List.of("tidemill-" + to.model() + "-producer-" + key))
          .all()
          .get();
    }
  }

  @Test
  void refusesASettingThatChangesWhatWasSent() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "setting");
    String text = "x,other,label\n1,a,b\n2,b,a\n";
    TableFormat one =
        new TableFormat(
            null, StandardCharsets.UTF_8, false, null, null, List.of(), List.of("x"), List.of());
    SourceOptions options = SourceOptions.FOR_TRAINING.withTable(one);
    run(to, csv("t.csv", text, options));
    assertThat(failure(to, csv("t.csv", text, options.withLabelColumn("other"))))
        .isInstanceOf(ChangedSourceException.class)
        .hasMessageContaining("or the settings with which they were read");
  }

  @Test
  void fileOfTheSameNameInAnotherFolderIsAnotherSource() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "folder");
    Files.createDirectory(dir.resolve("left"));
    Files.createDirectory(dir.resolve("right"));
    run(to, csv("left/wheel.csv", "rpm,label\n70,worn\n90,new\n"));
    SendProgress second =
        run(to, csv("right/wheel.csv", "rpm,label\n70,worn\n80,worn\n95,new\n60,worn\n99,new\n"));
    assertThat(second.before()).isZero();
    assertThat(second.samples()).isEqualTo(5);
  }

  @Test
  void jsonLinesAreKnownByTheirContentAndTheirFolder() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "lines");
    Files.createDirectory(dir.resolve("other"));
    String text =
        """
        {"inputs": [0.5, 6], "label": 1}
        {"inputs": [0.6, 7], "label": 0}
        {"inputs": [0.7, 8], "label": 0}
        {"inputs": [0.8, 9], "label": 1}
        """;
    assertThat(run(to, jsonLines("s.jsonl", text)).samples()).isEqualTo(4);
    assertThat(run(to, jsonLines("s.jsonl", text)).nothingLeft()).isTrue();
    String corrected = text.replace("[0.7, 8], \"label\": 0", "[0.7, 8], \"label\": 1");
    assertThat(failure(to, jsonLines("s.jsonl", corrected)))
        .isInstanceOf(ChangedSourceException.class)
        .hasMessageContaining("the first that differs is " + dir.resolve("s.jsonl") + " line 3");
    assertThat(TestLog.classes(to)).as("nothing of it was sent").containsExactly(1, 0, 0, 1);

    SendProgress other = run(to, jsonLines("other/s.jsonl", corrected));
    assertThat(other.before()).isZero();
    assertThat(other.samples()).isEqualTo(4);
    assertThat(TestLog.classes(to)).containsExactly(1, 0, 0, 1, 1, 0, 1, 1);
  }

  @Test
  void manyRowsThatAreLeftOutDoNotWaitForOneThatIsNot() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "many");
    SourceOptions drop =
        SourceOptions.FOR_TRAINING.withDerive(
            new DeriveOptions(
                LabelMeaning.AUTO, false, Set.of(), MissingPolicy.DROP, null, false, false));
    SendProgress progress =
        run(to, csv("t.csv", "x,label\n1,a\n2,b\n3,a\n" + ",a\n".repeat(5) + "4,b\n", drop));
    assertThat(progress.leftOut()).isEqualTo(5);
    assertThat(TestLog.batches(to).stream().map(TrainingBatch::getNextSample))
        .as("the letters of two rows close a record of two")
        .containsExactly(2L, 5L, 9L);
  }

  @Test
  void leavesOutRowsWithoutAValue() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "drop");
    SourceOptions drop =
        SourceOptions.FOR_TRAINING.withDerive(
            new DeriveOptions(
                LabelMeaning.AUTO, false, Set.of(), MissingPolicy.DROP, null, false, false));
    String text = "x,label\n,b\n1,a\n,b\n3,b\n,a\n";
    SendProgress progress = run(to, csv("t.csv", text, drop));
    assertThat(progress.samples()).isEqualTo(2);
    assertThat(progress.leftOut()).isEqualTo(3);
    assertThat(progress.isComplete()).isTrue();
    assertThat(TestLog.classes(to)).containsExactly(0, 1);
    List<DeadLetter> letters =
        TopicReader.committed(cluster.bootstrapServers(), to.topics().deadLetters()).stream()
            .map(record -> to.codec().decode(record, DeadLetter.class))
            .toList();
    assertThat(letters)
        .extracting(DeadLetter::getReason)
        .satisfiesExactly(
            first -> assertThat(first).contains("t.csv line 2: left out"),
            second -> assertThat(second).contains("t.csv line 4: left out"),
            third -> assertThat(third).contains("t.csv line 6: left out"));
    assertThat(run(to, csv("t.csv", text, drop)).nothingLeft()).isTrue();
  }

  private SampleSource csv(String name, String text) throws IOException {
    return csv(name, text, SourceOptions.FOR_TRAINING);
  }

  private SampleSource csv(String name, String text, SourceOptions options) throws IOException {
    Path file = Files.writeString(dir.resolve(name), text);
    return sources().open(SourceSpec.parse("csv:" + file), options, ReadingOrder.AS_IS);
  }

  private SampleSource jsonLines(String name, String text) throws IOException {
    Path file = Files.writeString(dir.resolve(name), text);
    SourceSpec spec = SourceSpec.parse("jsonl:" + file);
    return sources().open(spec, SourceOptions.FOR_TRAINING, ReadingOrder.AS_IS);
  }

  private Sources sources() {
    return new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of());
  }

  private SendProgress run(Destination to, SampleSource source) throws InterruptedException {
    return run(to, source, Clock.systemUTC());
  }

  private SendProgress run(Destination to, SampleSource source, Clock clock)
      throws InterruptedException {
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, source, metrics, clock)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause()).isNull();
      return producer.progress();
    }
  }

  private @Nullable Throwable failure(Destination to, SampleSource source)
      throws InterruptedException {
    return failure(to, source, Clock.systemUTC());
  }

  private @Nullable Throwable failure(Destination to, SampleSource source, Clock clock)
      throws InterruptedException {
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, source, metrics, clock)) {
      producer.start();
      producer.awaitEnd();
      return producer.health().cause();
    }
  }

  private BatchProducer producer(
      Destination to, SampleSource source, Metrics metrics, Clock clock) {
    SendSettings settings = SendSettings.standard(2).withCommitInterval(Duration.ofMillis(50));
    return new BatchProducer(
        to, source, settings, ContractSettings.DEFAULT, listener, metrics, clock, System::nanoTime);
  }
}
