package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.parquet.ParquetFiles;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Parquet file is recognized by its content, and feeds the same model as CSV. */
@WithKafka
class ParquetIdentityIT {
  @TempDir private Path dir;

  private final KafkaCluster cluster;
  private @Nullable Throwable failure;

  ParquetIdentityIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void grownFileSendsWhatIsNewAndAChangedOneIsRefused() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "parquet");
    assertThat(run(to, parquet(2, "a", "b", "a", "a", "b")).samples()).isEqualTo(5);
    assertThat(run(to, parquet(2, "a", "b", "a", "a", "b")).nothingLeft()).isTrue();
    SendProgress grown = run(to, parquet(3, "a", "b", "a", "a", "b", "a", "b"));
    assertThat(grown.before()).as("other row groups, the same rows").isEqualTo(5);
    assertThat(grown.samples()).isEqualTo(2);
    SampleSource changed = parquet(2, "a", "a", "a", "a", "b", "a", "b");
    assertThat(run(to, changed).samples()).isZero();
    assertThat(failure)
        .isInstanceOf(ChangedSourceException.class)
        .hasMessageContaining(dir.resolve("t.parquet") + " has changed");

    Path csv = Files.writeString(dir.resolve("t.csv"), "label,x\nb,1\n");
    assertThat(run(to, open("csv:" + csv)).samples()).isEqualTo(1);
    assertThat(TestLog.classes(to)).containsExactlyInAnyOrder(0, 1, 0, 0, 1, 0, 1, 1);
  }

  private SampleSource parquet(int perGroup, String... labels) throws IOException {
    List<Consumer<Group>> rows = new ArrayList<>();
    for (String label : labels) {
      long x = rows.size();
      rows.add(row -> row.append("x", x).append("label", label));
    }
    Path file = dir.resolve("t.parquet");
    Files.deleteIfExists(file);
    return open(
        "parquet:"
            + ParquetFiles.write(
                file,
                "message t { required int64 x; required binary label (STRING); }",
                CompressionCodecName.ZSTD,
                perGroup,
                rows));
  }

  private SampleSource open(String spec) {
    return new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of())
        .open(SourceSpec.parse(spec), SourceOptions.FOR_TRAINING, ReadingOrder.AS_IS);
  }

  private SendProgress run(Destination to, SampleSource source) throws InterruptedException {
    SendSettings settings = SendSettings.standard(2).withCommitInterval(Duration.ofMillis(50));
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer =
            new BatchProducer(to, source, settings, new RecordingListener(), metrics)) {
      producer.start();
      producer.awaitEnd();
      failure = producer.health().cause();
      return producer.progress();
    }
  }
}
