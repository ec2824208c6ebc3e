package dev.tidemill.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** All participants that train or send, for a moment. */
@WithKafka
class TrainingPathIT {
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");
  private static final Path SCRIPT = Path.of("src/main/python/trainer.py").toAbsolutePath();
  private static final int SAMPLES = 200_000;

  private final KafkaCluster kafka;

  TrainingPathIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void bothLoopsTrainOnTheSameSamples() throws Exception {
    FilledLog.fill(kafka.bootstrapServers(), SAMPLES, SAMPLES);
    byte[] ours = first(FilledLog.BATCHES).value();
    TrainingBatch batch = new SingleObjectFormat().decode("", ours, TrainingBatch.class);
    ByteBuffer both =
        ByteBuffer.allocate(FilledLog.RECORD_SAMPLES * (FilledLog.PIXELS + Integer.BYTES))
            .put(batch.getInputs().getData())
            .put(batch.getLabels().getData());
    assertThat(first(FilledLog.RAW).value()).isEqualTo(both.array());

    JsonNode unused = trains(JavaRuntime.own().launch("memory", KafkaTraining.class), "");
    unused = trains(JavaRuntime.own().launch("kafka", KafkaTraining.class), FilledLog.BATCHES);
    if (pythonCanTrain()) {
      trains(
          new Launch("python", List.of(PYTHON, "-B", SCRIPT.toString()), Map.of()), FilledLog.RAW);
    }
  }

  @Test
  void theProducerSendsWhatItsOrderSays() {
    MemoryProducing.Order order =
        new MemoryProducing.Order(kafka.bootstrapServers(), "none", 25_360, 2, 3);
    try (Participant ours =
        Participant.start(JavaRuntime.own().launch("ours", MemoryProducing.class))) {
      assertThat(ours.run(order).path("megabytesPerSecond").asDouble()).isPositive();
    }
  }

  @Test
  void readsTheToolsSummary() {
    String line =
        "3000 steady state records sent, 3893.6 records/sec (94.16 MB/sec), 12.05 ms avg latency";
    assertThat(ProducerBenchmark.SUMMARY.matcher(line).results().map(found -> found.group(1)))
        .containsExactly("94.16");
  }

  /** Trains for longer than a checkpoint interval. */
  private JsonNode trains(Launch launch, String topic) {
    String yaml = ModelSpec.load("mlp").withOverrides(Map.of("batch-size", "48")).toYaml();
    String brokers = kafka.bootstrapServers();
    KafkaTraining.Order order =
        new KafkaTraining.Order("dl4j", "mlp", yaml, 48, 0.1, 1.1, brokers, topic, SAMPLES, 1_000);
    try (Participant participant = Participant.start(launch)) {
      JsonNode done = participant.run(order);
      assertThat(done.path("samplesPerSecond").asDouble()).as(launch.name()).isPositive();
      return done;
    }
  }

  private ConsumerRecord<byte[], byte[]> first(String topic) {
    KafkaClients clients = new KafkaClients(KafkaSettings.at(kafka.bootstrapServers()));
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("first")) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(30)).iterator().next();
    }
  }

  private static boolean pythonCanTrain() throws IOException, InterruptedException {
    return new ProcessBuilder(PYTHON, "-c", "import torch, numpy, confluent_kafka")
            .start()
            .waitFor()
        == 0;
  }
}
