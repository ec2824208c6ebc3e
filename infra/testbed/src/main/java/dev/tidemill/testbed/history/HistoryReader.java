package dev.tidemill.testbed.history;

import dev.tidemill.testbed.TopicReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the history of a model from its topics: the committed records, and those of aborted and
 * open transactions. Topics that do not exist are left out. Knows the names and schemas of
 * docs/architecture.md and none of the product's classes. Reads the wire format without a schema
 * registry only.
 */
public final class HistoryReader {
  private static final List<String> READ =
      List.of(
          "batches",
          "checkpoints",
          "checkpoint-chunks",
          "requests",
          "predictions",
          "dead-letters",
          "control");

  private final String bootstrapServers;
  private final String model;
  private final String prefix;

  private HistoryReader(String bootstrapServers, String prefix, String model) {
    this.bootstrapServers = bootstrapServers;
    this.model = model;
    this.prefix = prefix + "." + model + ".";
  }

  /**
   * Returns a reader of the topics {@code <prefix>.<model>.<name>}.
   *
   * @param prefix usually {@code tidemill}
   */
  public static HistoryReader of(String bootstrapServers, String prefix, String model) {
    return new HistoryReader(bootstrapServers, prefix, model);
  }

  /**
   * Reads what happened until now. The workers must be idle, because the topics are not read at one
   * instant.
   *
   * @throws AssertionError if a topic cannot be read to its end within a minute
   */
  public History read() {
    TopicReader.awaitCommits(bootstrapServers);
    History.Builder history = new History.Builder();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<String, TopicDescription> topics = describe(admin);
      readTopics(topics.keySet(), new RecordCollector(prefix, history));
      readStarts(admin, topics, history);
      history.training(offsets(admin, "trainer", "batches"));
      history.serving(offsets(admin, "inference", "requests"));
      TopicDescription requests = topics.get(prefix + "requests");
      history.requestsTopicId(requests == null ? "" : requests.topicId().toString());
    }
    return history.build();
  }

  /**
   * Reads the safetensors file of a version from its chunks, committed or not.
   *
   * @throws AssertionError if a chunk is missing
   */
  public byte[] payload(Manifest version) {
    Map<Integer, Map<Long, byte[]>> chunks = new HashMap<>();
    PublishedRecord schema = PublishedRecord.named("CheckpointChunk");
    TopicReader.forEachUncommitted(
        bootstrapServers,
        List.of(prefix + "checkpoint-chunks"),
        record ->
            schema
                .read(record.value())
                .filter(chunk -> ((Long) chunk.get("version")) == version.version())
                .ifPresent(
                    chunk ->
                        chunks
                            .computeIfAbsent(record.partition(), partition -> new HashMap<>())
                            .put(record.offset(), data(chunk))));
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (Manifest.ChunkPlace place : version.payload().orElseThrow().chunks()) {
      byte[] data = chunks.getOrDefault(place.partition(), Map.of()).get(place.offset());
      if (data == null) {
        throw new AssertionError(
            "%s names a chunk at offset %d, where there is none"
                .formatted(version.where(), place.offset()));
      }
      payload.writeBytes(data);
    }
    return payload.toByteArray();
  }

  private static byte[] data(GenericRecord chunk) {
    ByteBuffer data = ((ByteBuffer) chunk.get("data")).duplicate();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  private Map<String, TopicDescription> describe(Admin admin) {
    Set<String> wanted = READ.stream().map(prefix::concat).collect(Collectors.toSet());
    wanted.retainAll(get(admin.listTopics().names()));
    return get(admin.describeTopics(wanted).allTopicNames());
  }

  private void readTopics(Set<String> topics, RecordCollector collector) {
    if (topics.isEmpty()) {
      return;
    }
    Map<TopicPartition, Set<Long>> committed = new HashMap<>();
    TopicReader.forEachCommitted(
        bootstrapServers,
        topics,
        record -> {
          committed
              .computeIfAbsent(
                  new TopicPartition(record.topic(), record.partition()), at -> new HashSet<>())
              .add(record.offset());
          collector.add(record, true);
        });
    TopicReader.forEachUncommitted(
        bootstrapServers,
        topics,
        record -> {
          TopicPartition at = new TopicPartition(record.topic(), record.partition());
          if (!committed.getOrDefault(at, Set.of()).contains(record.offset())) {
            collector.add(record, false);
          }
        });
  }

  private static void readStarts(
      Admin admin, Map<String, TopicDescription> topics, History.Builder history) {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    info ->
                        partitions.put(
                            new TopicPartition(name, info.partition()), OffsetSpec.earliest())));
    get(admin.listOffsets(partitions).all())
        .forEach((at, start) -> history.logStart(at.topic(), at.partition(), start.offset()));
  }

  private GroupOffset[] offsets(Admin admin, String role, String topic) {
    String group = "tidemill-" + model + "-" + role;
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed =
          admin
              .listConsumerGroupOffsets(
                  group, new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata()
              .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return new GroupOffset[0];
      }
      throw new IllegalStateException("cannot read the offsets of " + group, e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return committed.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(prefix + topic))
        .filter(entry -> entry.getValue() != null)
        .map(entry -> offset(entry.getKey(), entry.getValue()))
        .toArray(GroupOffset[]::new);
  }

  private static GroupOffset offset(TopicPartition at, OffsetAndMetadata committed) {
    @Nullable String metadata = committed.metadata();
    return new GroupOffset(at.partition(), committed.offset(), metadata == null ? "" : metadata);
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot read the cluster's state", e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while reading a history", e);
  }
}
