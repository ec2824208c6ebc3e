package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.ContractSettings;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.SendListener;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.trainer.TrainerJob;
import dev.tidemill.trainer.TrainerListener;
import dev.tidemill.trainer.TrainerSettings;
import dev.tidemill.trainer.TrainerWorker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables, each sent by one to three producers that start together, then trained: what is on
 * the log, and what the engine is given, equals, sample for sample, what the tables say. {@code
 * -Dtidemill.tables=1000} draws as many tables.
 */
@WithKafka
class RandomTablesIT {
  private static final int TABLES = Integer.getInteger("tidemill.tables", 12);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final SendSettings QUICK =
      SendSettings.standard(7).withLinger(SHORT).withCommitInterval(SHORT);
  private static final ContractSettings APPEND = new ContractSettings(true, null);

  private static final SendListener SILENT =
      reason -> {
        throw new AssertionError(reason);
      };

  private static final SpecTemplate SPEC =
      SpecTemplate.parse(
          """
          name: one-layer
          input: {shape: {auto: [4]}}
          layers:
            - {type: linear, name: fc, out_features: {auto: 3}}
          loss: cross_entropy
          optimizer: {type: sgd, learning_rate: 0.01}
          training: {batch_size: 8, seed: 1}
          """);

  @TempDir private Path dir;
  private final KafkaCluster cluster;

  RandomTablesIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void sendsAndTrainsEachTableAsItIs() throws Exception {
    for (long seed = 1; seed <= TABLES; seed++) {
      sendAndTrain(new RandomTable(seed));
    }
  }

  private void sendAndTrain(RandomTable table) throws Exception {
    Pipeline pipeline = Pipeline.create(cluster, "table");
    Destination to =
        new Destination(
            pipeline.model,
            pipeline.topics,
            new KafkaClients(KafkaSettings.at(cluster.bootstrapServers())),
            pipeline.codec);
    Path folder = Files.createDirectory(dir.resolve("seed" + table.seed()));
    List<BatchProducer> producers = new ArrayList<>();
    try (Metrics metrics = new Metrics("m")) {
      for (RandomTable.File file : table.files()) {
        producers.add(producer(to, table, write(folder, file), file.format(), metrics));
      }
      producers.forEach(BatchProducer::start);
      for (BatchProducer producer : producers) {
        producer.awaitEnd();
        assertThat(producer.health().cause()).as("%s", table).isNull();
        assertThat(producer.progress().isComplete()).as("%s", table).isTrue();
      }
    } finally {
      producers.forEach(BatchProducer::close);
    }
    Contract contract = newestContract(to);
    List<String> expected = expected(table, contract);
    assertThat(sent(to, contract)).as("%s", table).isEqualTo(expected);
    assertThat(trained(to, contract)).as("%s", table).isEqualTo(expected);
  }

  private static Contract newestContract(Destination of) {
    List<DataContract> versions =
        ContractLog.of(of.clients(), of.codec(), of.topics(), "test").read();
    return Contract.of(versions.get(versions.size() - 1));
  }

  private static Path write(Path folder, RandomTable.File file) throws IOException {
    return Files.write(folder.resolve(file.name()), file.bytes().array());
  }

  private BatchProducer producer(
      Destination to, RandomTable table, Path file, TableFormat format, Metrics metrics) {
    SourceOptions options =
        SourceOptions.FOR_TRAINING
            .withLabelColumn(RandomTable.LABEL)
            .withDerive(DeriveOptions.DEFAULT.withStandardize(table.standardized()))
            .withTable(format);
    Sources sources = new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of());
    return new BatchProducer(
        to,
        sources.open(SourceSpec.parse("csv:" + file), options, ReadingOrder.AS_IS),
        QUICK,
        APPEND,
        SILENT,
        metrics);
  }

  /** Each sample on the log, as its elements and its class's name. */
  private static List<String> sent(Destination to, Contract contract) {
    List<String> samples = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicReader.committed(to.clients().bootstrapServers(), to.topics().batches())) {
      TrainingBatch batch = to.codec().decode(record, TrainingBatch.class);
      ByteBuffer inputs = batch.getInputs().getData().order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer labels = batch.getLabels().getData().order(ByteOrder.LITTLE_ENDIAN);
      while (labels.hasRemaining()) {
        StringBuilder sample = new StringBuilder();
        for (int i = 0; i < contract.width(); i++) {
          sample.append(inputs.getFloat()).append(' ');
        }
        samples.add(sample + contract.classes().get(labels.getInt()));
      }
    }
    Collections.sort(samples);
    return samples;
  }

  /** Each sample that the engine is given in one epoch of a trainer, in the same form. */
  private static List<String> trained(Destination of, Contract contract)
      throws InterruptedException {
    RecordingEngine engine = new RecordingEngine(Engines.named("dl4j"));
    TrainerSettings settings =
        TrainerSettings.from(
            of.model(),
            Settings.check(
                Map.of(TrainerSettings.EPOCHS, "1", TrainerSettings.EXIT_AT_END, "true"),
                List.of(TrainerSettings.configDef(), MetricsServer.configDef())));
    try (Metrics metrics = new Metrics(of.model());
        TrainerWorker trainer =
            new TrainerWorker(
                settings,
                of.clients(),
                of.topics(),
                of.codec(),
                new TrainerJob(SPEC, engine, Optional.empty()),
                metrics,
                TrainerListener.NONE)) {
      trainer.start();
      trainer.awaitEnd();
      assertThat(trainer.health().cause()).isNull();
    }
    return engine.trained().stream()
        .map(
            sample ->
                sample.elements().stream().map(each -> each + " ").collect(Collectors.joining())
                    + contract.classes().get((int) sample.label()))
        .sorted()
        .toList();
  }

  /**
   * The same, from the table and what the contract says; without the code that prepares samples.
   */
  private static List<String> expected(RandomTable table, Contract contract) {
    List<String> samples = new ArrayList<>();
    for (RandomTable.Row row : table.rows()) {
      StringBuilder sample = new StringBuilder();
      for (Feature feature : contract.features()) {
        append(sample, feature, row.values().getOrDefault(feature.getName(), "absent"));
      }
      samples.add(sample + row.label());
    }
    Collections.sort(samples);
    return samples;
  }

  private static void append(StringBuilder sample, Feature feature, Object value) {
    if (feature.getKind() == FeatureKind.NUMBER) {
      double raw = ((Number) value).doubleValue();
      sample.append((float) ((raw - feature.getMean()) / feature.getDeviation())).append(' ');
      return;
    }
    assertThat(feature.getEncoding()).isEqualTo(CategoryEncoding.ONE_HOT);
    for (String category : feature.getCategories()) {
      sample.append(category.equals(value) ? "1.0 " : "0.0 ");
    }
  }
}
