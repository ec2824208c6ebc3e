package dev.tidemill.dashboard.feed;

import dev.tidemill.dashboard.state.LogSample;
import dev.tidemill.dashboard.state.LogSample.Extent;
import dev.tidemill.dashboard.state.LogSample.GroupSample;
import dev.tidemill.dashboard.state.LogSample.TopicSample;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.KafkaResult;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers each second for a model's offsets, groups and sizes. */
public final class LogFeed implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration RARELY = Duration.ofSeconds(10);

  private final String name;
  private final String model;
  private final Topics topics;
  private final ModelState state;
  private final Clock clock;
  private final Admin admin;
  private final PendingRecords pendingRecords;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Map<String, Integer> members = new HashMap<>();
  private Map<String, TopicDescription> described = Map.of();
  private Map<String, Long> sizes = Map.of();
  private List<LogSample.Disk> disks = List.of();
  private boolean sizesRefused;
  private long describedAt;
  private volatile String structure = "";

  public LogFeed(
      String name,
      KafkaClients clients,
      String model,
      Topics topics,
      ModelState state,
      Clock clock) {
    this.name = name;
    this.model = model;
    this.topics = topics;
    this.state = state;
    this.clock = clock;
    this.admin = clients.admin(name);
    this.pendingRecords = new PendingRecords(clients, name);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    state.tick(clock.millis());
    try {
      state.add(sample());
      state.unreachable(name, null);
    } catch (RuntimeException e) {
      if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE) {
        throw e;
      }
      LOG.debug("the brokers do not say the model's offsets; retrying", e);
      state.unreachable(name, KafkaFailures.explain(e));
    }
    return !stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ids and partitions of the topics when they were last described; any thread. */
  public String structure() {
    return structure;
  }

  private LogSample sample() {
    long now = clock.millis();
    if (now - describedAt >= RARELY.toMillis()) {
      describe();
      describedAt = now;
    }
    Map<TopicPartition, Extent> extents = extents();
    Map<Topics.Name, TopicSample> samples = new EnumMap<>(Topics.Name.class);
    for (Topics.Name each : Topics.Name.values()) {
      String topic = topics.get(each);
      List<Extent> partitions = new ArrayList<>();
      while (extents.containsKey(new TopicPartition(topic, partitions.size()))) {
        partitions.add(extents.get(new TopicPartition(topic, partitions.size())));
      }
      if (!partitions.isEmpty()) {
        samples.put(each, new TopicSample(topic, partitions, sizes.getOrDefault(topic, -1L)));
      }
    }
    return new LogSample(now, samples, groups(samples), disks);
  }

  private void describe() {
    List<String> all = new ArrayList<>();
    for (Topics.Name each : Topics.Name.values()) {
      all.add(topics.get(each));
    }
    Map<String, TopicDescription> found = new HashMap<>();
    admin
        .describeTopics(all)
        .topicNameValues()
        .forEach(
            (topic, description) -> {
              try {
                found.put(topic, KafkaResult.get(description));
              } catch (UnknownTopicOrPartitionException e) {
                // The page shows the topics that exist; `topics describe` names the missing ones.
                LOG.debug("{} does not exist", topic);
              }
            });
    described = found;
    structure =
        found.values().stream()
            .map(topic -> topic.name() + " " + topic.topicId() + " " + topic.partitions().size())
            .sorted()
            .collect(Collectors.joining("\n"));
    sizes = sizes();
    for (String group : List.of(trainerGroup(), inferenceGroup())) {
      members.put(group, membersOf(group));
    }
  }

  private int membersOf(String group) {
    try {
      return KafkaResult.get(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
          .mapToInt(each -> each.members().size())
          .sum();
    } catch (GroupIdNotFoundException e) {
      return 0;
    }
  }

  private Map<String, Long> sizes() {
    Map<String, Long> bytes = new HashMap<>();
    try {
      List<Integer> brokers =
          KafkaResult.get(admin.describeCluster().nodes()).stream().map(node -> node.id()).toList();
      List<LogSample.Disk> found = new ArrayList<>();
      KafkaResult.get(admin.describeLogDirs(brokers).allDescriptions())
          .forEach(
              (broker, folders) ->
                  folders.forEach(
                      (path, folder) -> {
                        addSizes(folder, bytes);
                        disk(broker, path, folder).ifPresent(found::add);
                      }));
      disks = found;
      sizesRefused = false;
    } catch (AuthorizationException e) {
      disks = List.of();
      if (!sizesRefused) {
        LOG.warn(
            "the brokers do not say the sizes of topics and disks; allow DESCRIBE on the cluster to"
                + " the dashboard's principal: {}",
            e.getMessage());
      }
      sizesRefused = true;
    }
    return bytes;
  }

  private static void addSizes(LogDirDescription folder, Map<String, Long> bytes) {
    folder
        .replicaInfos()
        .forEach((partition, replica) -> bytes.merge(partition.topic(), replica.size(), Long::sum));
  }

  private static Optional<LogSample.Disk> disk(int broker, String path, LogDirDescription folder) {
    return folder.totalBytes().isPresent() && folder.usableBytes().isPresent()
        ? Optional.of(
            new LogSample.Disk(
                Integer.toString(broker),
                path,
                folder.totalBytes().getAsLong(),
                folder.usableBytes().getAsLong()))
        : Optional.empty();
  }

  private Map<TopicPartition, Extent> extents() {
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    described
        .values()
        .forEach(
            topic ->
                topic
                    .partitions()
                    .forEach(
                        partition -> {
                          TopicPartition each =
                              new TopicPartition(topic.name(), partition.partition());
                          earliest.put(each, OffsetSpec.earliest());
                          latest.put(each, OffsetSpec.latest());
                        }));
    var begins = admin.listOffsets(earliest).all();
    var ends = KafkaResult.get(admin.listOffsets(latest).all());
    Map<TopicPartition, Extent> extents = new HashMap<>();
    KafkaResult.get(begins)
        .forEach(
            (partition, begin) -> {
              var end = ends.get(partition);
              if (end != null) {
                extents.put(partition, new Extent(begin.offset(), end.offset()));
              }
            });
    return extents;
  }

  private Map<Topics.Name, GroupSample> groups(Map<Topics.Name, TopicSample> samples) {
    Map<Topics.Name, GroupSample> groups = new EnumMap<>(Topics.Name.class);
    TopicSample batches = samples.get(Topics.Name.BATCHES);
    if (batches != null) {
      groups.put(Topics.Name.BATCHES, group(trainerGroup(), batches));
    }
    TopicSample requests = samples.get(Topics.Name.REQUESTS);
    if (requests != null) {
      groups.put(Topics.Name.REQUESTS, group(inferenceGroup(), requests));
    }
    return groups;
  }

  private GroupSample group(String group, TopicSample topic) {
    Map<TopicPartition, OffsetAndMetadata> positions =
        KafkaResult.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    List<Long> committed = new ArrayList<>();
    for (int i = 0; i < topic.partitions().size(); i++) {
      OffsetAndMetadata at = positions.get(new TopicPartition(topic.topic(), i));
      committed.add(at == null ? topic.partitions().get(i).begin() : at.offset());
    }
    PendingRecords.Count count = pendingRecords.count(topic, committed);
    return new GroupSample(
        group, committed, count.pending(), count.exact(), members.getOrDefault(group, 0));
  }

  private String trainerGroup() {
    return "tidemill-" + model + "-trainer";
  }

  private String inferenceGroup() {
    return "tidemill-" + model + "-inference";
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
  }

  @Override
  public void onClose() {
    try (pendingRecords) {
      admin.close(Duration.ofSeconds(1));
    }
  }
}
