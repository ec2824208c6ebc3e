package dev.tidemill.pipeline;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.ManifestLog;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.HistoryReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** One model on a broker. Tests drive it with commands and read the results from the log. */
final class Pipeline {
  final String bootstrapServers;
  final String model;
  final Topics topics;
  final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final KafkaClients clients;

  private Pipeline(String bootstrapServers, String model) {
    this.bootstrapServers = bootstrapServers;
    this.model = model;
    this.topics = Topics.of("tidemill", model);
    this.clients = new KafkaClients(KafkaSettings.at(bootstrapServers));
  }

  /** Creates the topics of a new model with {@code topics create}. */
  static Pipeline create(KafkaCluster kafka, String stem) {
    return create(kafka.bootstrapServers(), stem);
  }

  /** Like {@link #create(KafkaCluster, String)}, with options of {@code topics create}. */
  static Pipeline create(String bootstrapServers, String stem, String... options) {
    Pipeline pipeline = over(bootstrapServers, stem);
    Outcome unused = pipeline.run("topics create", options).done();
    return pipeline;
  }

  /** Returns a pipeline for a new model, without creating topics. */
  static Pipeline over(String bootstrapServers, String stem) {
    return new Pipeline(bootstrapServers, UniqueName.of(stem));
  }

  /** Runs a command of one or two words in this JVM until it ends. */
  Outcome run(String command, String... options) {
    return Commands.run(arguments(command, options));
  }

  /** Starts a command in a child JVM. */
  ChildJvm start(String command, String... options) {
    return Commands.start(arguments(command, options));
  }

  /** Returns the arguments of a command for this model. */
  List<String> arguments(String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-server", bootstrapServers, "--model", model));
    arguments.addAll(List.of(options));
    return arguments;
  }

  /** Sends records unchanged and returns their offsets, in order. */
  List<Long> send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    List<Long> offsets = new ArrayList<>();
    try (Producer<byte[], byte[]> producer = clients.producer("it-sender")) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        RecordMetadata written = producer.send(record).get();
        offsets.add(written.offset());
      }
    }
    return offsets;
  }

  /** Reads what happened to this model, with a reader that shares no code with the product. */
  History history() {
    return historyReader().read();
  }

  HistoryReader historyReader() {
    return HistoryReader.of(bootstrapServers, "tidemill", model);
  }

  Lineage lineage() {
    TopicReader.awaitCommits(bootstrapServers);
    return Lineage.read(clients, codec, topics, "it-lineage");
  }

  /** The manifests of all versions. */
  List<Checkpoint> versions() {
    List<Checkpoint> versions = new ArrayList<>();
    ManifestLog.of(clients, codec, topics, "it-lineage").forEachVersion(lineage(), versions::add);
    return versions;
  }

  Checkpoint newest() {
    return lineage().newest().orElseThrow();
  }

  ModelState state(Checkpoint manifest) {
    try (CheckpointReader reader = CheckpointReader.open(clients, codec, topics, "it-state")) {
      return reader.read(manifest);
    }
  }

  List<PredictionRequest> requests() {
    return committed(topics.requests(), PredictionRequest.class);
  }

  List<Prediction> predictions() {
    return committed(topics.predictions(), Prediction.class);
  }

  List<DeadLetter> deadLetters() {
    return committed(topics.deadLetters(), DeadLetter.class);
  }

  private <T extends SpecificRecord> List<T> committed(String topic, Class<T> type) {
    return TopicReader.committed(bootstrapServers, topic).stream()
        .map(record -> codec.decode(record, type))
        .toList();
  }
}
