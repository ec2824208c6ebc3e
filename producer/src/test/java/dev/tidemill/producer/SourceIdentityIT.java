package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.RenamedSource;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    SourceSpec spec = new SourceSpec.Csv(dir.resolve("t.csv"));
    SendProgress fewer = run(to, sources().open(spec, scaled, ReadingOrder.AS_IS.withLimit(1)));
    assertThat(fewer.nothingLeft()).as("a smaller limit").isTrue();
    SendProgress grown = run(to, csv("t.csv", FIRST + "4,b\n5,b\n", scaled));
    assertThat(grown.before()).isEqualTo(3);
    assertThat(grown.samples()).isEqualTo(2);
    assertThat(TestLog.classes(to)).containsExactly(0, 1, 0, 1, 1);
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
    Files.createDirectory(dir.resolve("run1"));
    Files.createDirectory(dir.resolve("run2"));
    run(to, csv("run1/log.csv", "x,label\n0,0\n1,1\n"));
    SendProgress second = run(to, csv("run2/log.csv", "x,label\n0,0\n1,1\n2,1\n3,0\n"));
    assertThat(second.before()).isZero();
    assertThat(second.samples()).isEqualTo(4);
  }

  @Test
  void leavesOutRowsWithoutAValue() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "drop");
    SourceOptions drop =
        SourceOptions.FOR_TRAINING.withDerive(
            new DeriveOptions(LabelMeaning.AUTO, false, Set.of(), MissingPolicy.DROP, null, false));
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
    return sources().open(new SourceSpec.Csv(file), options, ReadingOrder.AS_IS);
  }

  private Sources sources() {
    return new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of());
  }

  private SendProgress run(Destination to, SampleSource source) throws InterruptedException {
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, source, metrics)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause()).isNull();
      return producer.progress();
    }
  }

  private @Nullable Throwable failure(Destination to, SampleSource source)
      throws InterruptedException {
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = producer(to, source, metrics)) {
      producer.start();
      producer.awaitEnd();
      return producer.health().cause();
    }
  }

  private BatchProducer producer(Destination to, SampleSource source, Metrics metrics) {
    SendSettings settings = SendSettings.standard(2).withCommitInterval(Duration.ofMillis(50));
    return new BatchProducer(to, source, settings, listener, metrics);
  }
}
