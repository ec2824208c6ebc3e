package dev.tidemill.producer;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.producer.SendSettings.Resume;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.lines.StreamedLines;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Producers agree on a model's data contract, and their batches conform to it. */
@WithKafka
class ContractIT {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final SendSettings QUICK =
      SendSettings.standard(4).withLinger(SHORT).withCommitInterval(SHORT);
  private static final ContractSettings APPEND = new ContractSettings(true, null);

  @TempDir private Path dir;

  private final KafkaCluster cluster;
  private final RecordingListener listener = new RecordingListener();

  ContractIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void twoProducersThatStartTogetherAgree() throws Exception {
    for (int round = 0; round < 8; round++) {
      Destination to = fresh("together");
      SendSettings settings = QUICK.withResume(round % 2 == 0 ? Resume.AUTO : Resume.NEVER);
      try (Metrics metrics = new Metrics("m");
          BatchProducer one = producer(to, csv("one.csv", rows(0, 9)), settings, APPEND, metrics);
          BatchProducer two =
              producer(to, csv("two.csv", rows(3, 12)), settings, APPEND, metrics)) {
        one.start();
        two.start();
        one.awaitEnd();
        two.awaitEnd();
        assertThat(one.health().cause()).isNull();
        assertThat(two.health().cause()).isNull();
      }
      List<Contract> versions = TestLog.contracts(to);
      assertThat(versions).extracting(Contract::version).first().isEqualTo(1);
      assertThat(versions).hasSizeLessThanOrEqualTo(2);
      List<String> classes = versions.get(versions.size() - 1).classes();
      assertThat(classes).hasSize(12).doesNotHaveDuplicates();
      assertThat(samples(to)).hasSize(18);
      assertMeansTheSame(to, classes);
    }
  }

  /** A row's feature says which class it has, so a sample shows what its label was called. */
  private static String rows(int from, int to) {
    StringBuilder text = new StringBuilder("x,label\n");
    for (int i = from; i < to; i++) {
      text.append(i).append(",class ").append(i).append('\n');
    }
    return text.toString();
  }

  private static void assertMeansTheSame(Destination to, List<String> classes) {
    for (String sample : samples(to)) {
      int space = sample.indexOf(' ');
      assertThat(classes.get(Integer.parseInt(sample.substring(space + 1))))
          .isEqualTo("class " + sample.substring(0, space));
    }
  }

  /** Each sample as its feature and its class number. */
  private static List<String> samples(Destination to) {
    List<String> samples = new ArrayList<>();
    for (TrainingBatch batch : TestLog.batches(to)) {
      assertThat(batch.getContract()).isPositive();
      var inputs = batch.getInputs().getData().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      var labels = batch.getLabels().getData().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      while (labels.hasRemaining()) {
        samples.add((int) inputs.get() + " " + labels.get());
      }
    }
    return samples;
  }

  @Test
  void secondProducerConformsByName() throws Exception {
    Destination to = fresh("conform");
    run(to, csv("day1.csv", "a,b,label\n1,20,fig\n3,40,kiwi\n"), ContractSettings.DEFAULT);
    run(to, csv("day2.csv", "label,note,b,a\nkiwi,n,60,5\n"), ContractSettings.DEFAULT);
    TrainingBatch second = TestLog.batches(to).get(1);
    var inputs = second.getInputs().getData().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    assertThat(inputs.get(0)).isEqualTo(5f);
    assertThat(inputs.get(1)).isEqualTo(60f);
    assertThat(TestLog.classes(to)).containsExactly(0, 1, 1);
    assertThat(TestLog.contract(to).classes()).containsExactly("fig", "kiwi");
    assertThat(listener.notices)
        .anySatisfy(notice -> assertThat(notice).contains("ignoring the columns `note`"));
  }

  @Test
  void refusesNewClassUnlessItIsToBeAppended() throws Exception {
    Destination to = fresh("classes");
    run(to, csv("north.csv", "x,label\n1,sea trout\n2,pike\n"), ContractSettings.DEFAULT);
    String south = "x,label\n3,sea trout\n4,tench\n5,brown trout\n";
    assertThat(failure(to, csv("south.csv", south), ContractSettings.DEFAULT))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("south.csv line 3, column `label`: `tench` is new to contract")
        .hasMessageContaining("of model " + to.model() + ", whose classes are pike, sea trout");
    assertThat(TestLog.classes(to)).as("nothing of it was sent").containsExactly(1, 0);

    run(to, csv("south.csv", south), APPEND);
    assertThat(TestLog.contracts(to).get(1).classes())
        .containsExactly("pike", "sea trout", "brown trout", "tench");
    assertThat(TestLog.classes(to)).containsExactly(1, 0, 1, 3, 2);
    assertThat(TestLog.batches(to)).extracting(TrainingBatch::getContract).containsExactly(1, 2);
  }

  /** Numbered by the alphabet, the class that comes later would shift the others. */
  @Test
  void grownFileKeepsTheNumbersOfItsClasses() throws Exception {
    Destination to = fresh("grown");
    String text = "x,label\n1,pear\n2,fig\n";
    run(to, csv("t.csv", text), ContractSettings.DEFAULT);
    String grown = text + "3,apple\n";
    assertThat(failure(to, csv("t.csv", grown), ContractSettings.DEFAULT))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("t.csv line 4, column `label`: `apple` is new to");
    assertThat(TestLog.classes(to)).containsExactly(1, 0);

    SendProgress progress = run(to, csv("t.csv", grown), APPEND);
    assertThat(progress.before()).isEqualTo(2);
    assertThat(progress.samples()).isEqualTo(1);
    assertThat(TestLog.classes(to)).containsExactly(1, 0, 2);
    assertThat(TestLog.contracts(to).get(1).classes()).containsExactly("fig", "pear", "apple");
  }

  @Test
  void streamAppendsClassThatAppearsLater() throws Exception {
    String lines =
        "{\"features\":{\"x\":1},\"label\":\"a\"}\n".repeat(6)
            + "{\"features\":{\"x\":2},\"label\":\"c\"}\n"
            + "{\"features\":{\"x\":3},\"label\":\"b\"}\n";
    Destination refusing = fresh("stream");
    SendProgress progress = run(refusing, stream(lines), ContractSettings.DEFAULT);
    assertThat(progress.samples()).isEqualTo(6);
    assertThat(listener.refused).hasSize(2);
    assertThat(listener.refused.get(0)).contains("line 7, `label`: `c` is new to contract");

    Destination appending = fresh("stream");
    assertThat(run(appending, stream(lines), APPEND).isComplete()).isTrue();
    assertThat(TestLog.classes(appending)).containsExactly(0, 0, 0, 0, 0, 0, 2, 1);
    assertThat(TestLog.contracts(appending).get(1).classes()).containsExactly("a", "b", "c");
  }

  @Test
  void tableOnStandardInputConformsRowByRow() throws Exception {
    Destination to = fresh("rows");
    String table = "x,label\n1,a\n2,b\n3\n4,a\nfive,b\n6,c\n7,b\n";
    SampleSource rows =
        new Sources(
                new ByteArrayInputStream(table.getBytes(StandardCharsets.UTF_8)),
                new DownloadCache(dir),
                Map.of())
            .open(SourceSpec.parse("csv:-"), SourceOptions.FOR_TRAINING, ReadingOrder.AS_IS);
    SendSettings two = SendSettings.standard(2).withLinger(Duration.ofMinutes(1));
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, rows, two, ContractSettings.DEFAULT, metrics)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause()).isNull();
    }
    assertThat(samples(to)).containsExactly("1 0", "2 1", "4 0", "7 1");
    assertThat(listener.refused)
        .satisfiesExactly(
            width -> assertThat(width).startsWith("standard input line 4: 1 cells"),
            text -> assertThat(text).contains("line 6, column `x`: `five` is not a finite number"),
            unknown -> assertThat(unknown).contains("line 7, column `label`: `c` is new to"));
  }

  @Test
  void firstProducerWritesTheGivenContract() throws Exception {
    Destination to = fresh("given");
    Contract given =
        ContractFile.parse(
            """
            features:
            - name: x
              mean: 10
              deviation: 2
            label:
              name: label
              classes: [dog, cat]
            """);
    ContractSettings settings = new ContractSettings(false, given);
    run(to, csv("t.csv", "x,label\n12,cat\n"), settings);
    assertThat(samples(to)).containsExactly("1 1");
    run(to, csv("u.csv", "x,label\n8,dog\n"), settings);
    Contract other = given.withClasses(List.of("cow"));
    assertThat(failure(to, csv("v.csv", "x,label\n8,dog\n"), new ContractSettings(false, other)))
        .hasMessageContaining("class `cow` is new, with number 2");
    assertThat(TestLog.contracts(to)).hasSize(1);
  }

  @Test
  void setsTheOpenTransactionOfADeadWriterAside() throws Exception {
    Destination to = fresh("dead");
    String id = ContractLog.transactionalId(to.model());
    Contract abandoned =
        ContractFile.parse("features: [{name: x}]\nlabel: {name: label, classes: [z]}")
            .asFirst(to.model(), "dead", java.time.Instant.EPOCH);
    ContractLog log = ContractLog.of(to.clients(), to.codec(), to.topics(), "dead");
    try (Transactions dead =
        new Transactions(to.clients().transactionalProducer("dead", id), id, "dead")) {
      dead.begin();
      dead.send(log.record(abandoned.record())).get();
      run(to, csv("t.csv", "x,label\n1,a\n"), ContractSettings.DEFAULT);
    }
    assertThat(TestLog.contract(to).classes()).containsExactly("a");
    assertThat(TestLog.classes(to)).containsExactly(0);
  }

  @Test
  void killedProducersLeaveOneContractAndEachSampleOnce() throws Exception {
    for (int round = 0; round < 3; round++) {
      Destination to = fresh("killed");
      List<String> arguments = List.of(cluster.bootstrapServers(), to.model(), "400", "400");
      for (int kill = 0; kill < 3; kill++) {
        try (ChildJvm child =
            ChildJvm.start(ProducerProcess.class.getName(), arguments, Map.of())) {
          child.waitForLine("sent " + (kill == 0 ? "0" : "[0-9]+") + "$");
          child.kill();
        }
      }
      try (ChildJvm last = ChildJvm.start(ProducerProcess.class.getName(), arguments, Map.of())) {
        last.waitForLine("ended producer.* has ended");
        assertThat(last.awaitExit(Duration.ofMinutes(1))).isZero();
      }
      assertThat(TestLog.classes(to)).hasSize(400).doesNotHaveDuplicates();
      assertThat(TestLog.contract(to).version()).isEqualTo(1);
      assertThat(TestLog.batches(to)).extracting(TrainingBatch::getContract).containsOnly(1);
    }
  }

  private Destination fresh(String stem) {
    return TestLog.fresh(cluster.bootstrapServers(), stem);
  }

  private SampleSource csv(String name, String text) throws IOException {
    Path file = Files.writeString(dir.resolve(name), text);
    return new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of())
        .open(SourceSpec.parse("csv:" + file), SourceOptions.FOR_TRAINING, ReadingOrder.AS_IS);
  }

  private static SampleSource stream(String text) {
    return new StreamedLines(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        "pipe",
        Long.MAX_VALUE,
        DeriveOptions.DEFAULT);
  }

  private SendProgress run(Destination to, SampleSource source, ContractSettings contract)
      throws InterruptedException {
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, source, QUICK, contract, metrics)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause()).isNull();
      return producer.progress();
    }
  }

  private Throwable failure(Destination to, SampleSource source, ContractSettings contract)
      throws InterruptedException {
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, source, QUICK, contract, metrics)) {
      producer.start();
      producer.awaitEnd();
      await().until(() -> producer.health().cause() != null);
      return Objects.requireNonNull(producer.health().cause());
    }
  }

  private BatchProducer producer(
      Destination to,
      SampleSource source,
      SendSettings settings,
      ContractSettings contract,
      Metrics metrics) {
    return new BatchProducer(to, source, settings, contract, listener, metrics);
  }
}
