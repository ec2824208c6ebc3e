package dev.tidemill.producer;

import static dev.tidemill.testbed.Eventually.await;
import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;

import dev.tidemill.contract.Contract;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Creates and reads a model's topics on a test cluster. */
public final class TestLog {
  private TestLog() {}

  /** Creates the topics of a model that no other test uses. */
  public static Destination fresh(String bootstrapServers, String stem) {
    Destination destination = of(bootstrapServers, UniqueName.of(stem));
    try (TopicAdmin admin = new TopicAdmin(destination.clients(), "test")) {
      admin.create(destination.topics(), TopicPlan.standard());
    }
    return destination;
  }

  static Destination of(String bootstrapServers, String model) {
    return new Destination(
        model,
        Topics.of("tidemill", model),
        new KafkaClients(KafkaSettings.at(bootstrapServers)),
        new RecordCodec(new SingleObjectFormat()));
  }

  /** Reads the committed batches, once the last transaction has ended. */
  static List<TrainingBatch> batches(Destination of) {
    await().until(() -> end(of, READ_COMMITTED) == end(of, READ_UNCOMMITTED));
    return committedBatches(of);
  }

  /** Returns the versions of the model's contract, ascending. */
  static List<Contract> contracts(Destination of) {
    return ContractLog.of(of.clients(), of.codec(), of.topics(), "test").read().stream()
        .map(Contract::of)
        .toList();
  }

  /** Returns the only version of the model's contract. */
  static Contract contract(Destination of) {
    List<Contract> versions = contracts(of);
    if (versions.size() != 1) {
      throw new AssertionError("not one version: " + versions);
    }
    return versions.get(0);
  }

  private static List<TrainingBatch> committedBatches(Destination of) {
    return TopicReader.committed(of.clients().bootstrapServers(), of.topics().batches()).stream()
        .map(record -> of.codec().decode(record, TrainingBatch.class))
        .toList();
  }

  /** Changes a topic's configuration. */
  static void set(Destination of, String topic, String setting, String value) {
    AlterConfigOp op = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = of.clients().admin("test")) {
      admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long end(Destination of, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    TopicPartition partition = new TopicPartition(of.topics().batches(), 0);
    try (Admin admin = of.clients().admin("test")) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
          .partitionResult(partition)
          .get()
          .offset();
    }
  }

  /** The class numbers of all committed samples, in order. */
  static List<Integer> classes(Destination of) {
    return classes(batches(of));
  }

  /** The class numbers of all samples on the log, in order, committed or not. */
  static List<Integer> classesOnLog(Destination of) {
    return classes(
        TopicReader.uncommitted(of.clients().bootstrapServers(), of.topics().batches()).stream()
            .map(record -> of.codec().decode(record, TrainingBatch.class))
            .toList());
  }

  private static List<Integer> classes(List<TrainingBatch> batches) {
    List<Integer> classes = new ArrayList<>();
    for (TrainingBatch batch : batches) {
      IntBuffer labels = batch.getLabels().getData().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      while (labels.hasRemaining()) {
        classes.add(labels.get());
      }
    }
    return classes;
  }
}
