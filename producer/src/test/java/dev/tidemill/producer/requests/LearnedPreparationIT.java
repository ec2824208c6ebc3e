package dev.tidemill.producer.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.SendListener;
import dev.tidemill.producer.SendProgress;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.TestLog;
import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.producer.source.Preparation;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.table.CsvSource;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class LearnedPreparationIT {
  private final KafkaCluster cluster;

  LearnedPreparationIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void readsPreprocessingFromNewestBatch(@TempDir Path dir)
      throws IOException, InterruptedException {
    Destination of = TestLog.fresh(cluster.bootstrapServers(), "preparation");
    assertThat(LearnedPreparation.newest(of)).isEmpty();

    produce(of, CountingSource.of(100));
    assertThat(LearnedPreparation.newest(of)).hasValue(new Preparation(null, List.of()));

    Path file = Files.writeString(dir.resolve("t.csv"), "x,label\n1,cat\n3,dog\n");
    produce(of, CsvSource.open(file, SourceOptions.FOR_TRAINING.withStandardize(true)));
    Optional<Preparation> learned = LearnedPreparation.newest(of);
    assertThat(learned).map(Preparation::classNames).hasValue(List.of("cat", "dog"));
    assertThat(learned)
        .hasValueSatisfying(
            p -> assertThat(p.standardization()).extracting("mean").isEqualTo(List.of(2.0)));
  }

  @Test
  void findsBatchBeforeManyAbortedRecords() throws InterruptedException {
    Destination of = TestLog.fresh(cluster.bootstrapServers(), "aborted");
    produce(of, CountingSource.of(100));
    String id = UniqueName.of("aborting");
    try (Producer<byte[], byte[]> aborting = of.clients().transactionalProducer(id, id)) {
      aborting.initTransactions();
      for (int i = 0; i < 100; i++) {
        aborting.beginTransaction();
        var unused = aborting.send(new ProducerRecord<>(of.topics().batches(), new byte[] {1}));
        aborting.flush();
        aborting.abortTransaction();
      }
    }
    assertThat(LearnedPreparation.newest(of)).hasValue(new Preparation(null, List.of()));
  }

  private static void produce(Destination to, SampleSource source) throws InterruptedException {
    SendSettings settings = SendSettings.standard(10).withCommitInterval(Duration.ofMillis(20));
    SendListener ignored =
        new SendListener() {
          @Override
          public void progressed(SendProgress progress) {}

          @Override
          public void refused(String reason) {}
        };
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = new BatchProducer(to, source, settings, ignored, metrics)) {
      producer.start();
      producer.awaitEnd();
      assertThat(producer.health().cause()).isNull();
    }
  }
}
