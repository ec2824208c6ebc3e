package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Writes a large version and reads it, like a trainer and a reader. */
final class LargeStateProcess {
  /** Weights and momentum of equal size, 250 MB in total. */
  static final ModelSpec SPEC =
      ModelSpec.parse(
          """
          name: large
          input: {shape: [1000]}
          layers:
            - {type: linear, name: fc1, out_features: 31000}
            - {type: relu}
            - {type: linear, name: fc2, out_features: 10}
          loss: cross_entropy
          optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
          """);

  private static final int CHUNK_BYTES = 512 * 1024;

  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final KafkaClients clients;
  private final String model;
  private final Topics topics;

  private LargeStateProcess(String bootstrapServers, String model) {
    this.clients = new KafkaClients(KafkaSettings.at(bootstrapServers));
    this.model = model;
    this.topics = Topics.of("tidemill", model);
  }

  /** Arguments: bootstrap servers, model. */
  public static void main(String[] arguments) throws Exception {
    LargeStateProcess process = new LargeStateProcess(arguments[0], arguments[1]);
    ModelState written = filled();
    Checkpoint manifest = process.publish(written);
    ModelState read = process.read(manifest);
    System.out.println(read.data().equals(written.data()) ? "the same" : "another state");
  }

  private static ModelState filled() {
    ModelState state = ModelState.allocate(SPEC);
    FloatBuffer floats = state.data().asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, i);
    }
    return state;
  }

  private Checkpoint publish(ModelState state) throws Exception {
    try (TopicAdmin admin = new TopicAdmin(clients, "admin")) {
      List<String> unused = admin.create(topics, TopicPlan.standard());
    }
    ConsumerGroupMetadata group;
    try (Consumer<byte[], byte[]> member = clients.groupConsumer("member", model)) {
      group = member.groupMetadata();
    }
    try (Transactions transactions =
        new Transactions(
            clients.weightsProducer(
                "trainer", model, CHUNK_BYTES, CheckpointPublisher.openAtMost(state.layout())),
            model,
            "trainer")) {
      return new CheckpointPublisher(
              transactions, codec, topics, CHUNK_BYTES, new Retention(1), List.of())
          .publish(new Publication(manifest(), state, List.of(), group, Map.of(), Set.of()));
    }
  }

  private Checkpoint manifest() {
    return Checkpoint.newBuilder()
        .setModel(model)
        .setVersion(1)
        .setParent(null)
        .setSpec(SPEC.toYaml())
        .setEngine("none")
        .setTopic(topics.batches())
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(1)
        .setSamples(1)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private ModelState read(Checkpoint manifest) {
    ModelState state = ModelState.allocate(SPEC);
    try (CheckpointReader reader = CheckpointReader.open(clients, codec, topics, "reader")) {
      reader.readInto(manifest, state);
    }
    return state;
  }
}
