package dev.tidemill.pipeline;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A configuration of a model's topics, drawn from a seed: the required configuration with a few
 * changes that an operator could make.
 */
final class TopicConfiguration {
  static final String MAX_MESSAGE_BYTES = "max.message.bytes";
  static final String BEFORE = "message.timestamp.before.max.ms";
  static final String AFTER = "message.timestamp.after.max.ms";
  private static final String SIXTEEN_MIB = Long.toString(16L << 20);
  private static final String SEVENTEEN_MIB = Long.toString(17L << 20);
  private static final int MAX_CHANGES = 4;

  /** One in this many configurations is not whole. */
  private static final int WHOLE_OF = 4;

  private static final List<Topics.Name> NAMES = List.of(Topics.Name.values());

  private final Map<Topics.Name, Integer> partitions = new EnumMap<>(Topics.Name.class);
  private final Map<Topics.Name, Map<String, String>> settings = new EnumMap<>(Topics.Name.class);
  private final Set<Topics.Name> missing = EnumSet.noneOf(Topics.Name.class);
  private final List<String> changes = new ArrayList<>();
  private final boolean whole;
  private Topics.@Nullable Name recreated;

  /** Draws a configuration. The same seed gives the same one; seed 0 changes nothing. */
  static TopicConfiguration draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TopicConfiguration drawn = new TopicConfiguration(seed == 0 || random.nextInt(WHOLE_OF) > 0);
    int count = seed == 0 ? 0 : random.nextInt(MAX_CHANGES) + 1;
    for (int i = 0; i < count; i++) {
      drawn.change(random);
    }
    return drawn;
  }

  private TopicConfiguration(boolean whole) {
    this.whole = whole;
    for (Topics.Name name : NAMES) {
      partitions.put(name, 1);
      settings.put(name, new TreeMap<>(usual(name)));
    }
  }

  private static Map<String, String> usual(Topics.Name name) {
    return switch (name) {
      case BATCHES, REQUESTS -> Map.of(MAX_MESSAGE_BYTES, SIXTEEN_MIB);
      case DEAD_LETTERS -> Map.of(MAX_MESSAGE_BYTES, SEVENTEEN_MIB);
      case CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS -> Map.of("cleanup.policy", "compact");
      case CONTROL -> Map.of("retention.ms", "-1", "retention.bytes", "-1");
      case PREDICTIONS, LABELS, PROGRESS -> Map.of();
    };
  }

  private void change(SplittableRandom random) {
    Topics.Name name = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        partitions.put(name, random.nextInt(4) + 1);
        changes.add(name.word() + " partitions=" + partitions.get(name));
      }
      case 3, 4 -> set(name, "cleanup.policy", pick(random, "delete", "compact", "compact,delete"));
      case 5, 6 ->
          set(name, MAX_MESSAGE_BYTES, pick(random, "200", "20000", "1048588", "33554432"));
      case 7 ->
          set(
              name,
              pick(random, "retention.ms", "retention.bytes"),
              pick(random, "-1", "3600000", "86400000"));
      case 8 -> set(name, pick(random, BEFORE, AFTER), pick(random, "1", "3600000", "86400000"));
      case 9 -> set(name, "message.timestamp.type", pick(random, "CreateTime", "LogAppendTime"));
      case 10 -> set(name, "min.insync.replicas", pick(random, "1", "2"));
      default -> lose(name, random.nextInt(4) == 0);
    }
  }

  private void set(Topics.Name name, String key, String value) {
    Outcome.of(settings, name).put(key, value);
    changes.add(name.word() + " " + key + "=" + value);
  }

  /** Leaves a topic out, or recreates it with another id between two starts. */
  private void lose(Topics.Name name, boolean never) {
    if (never) {
      missing.add(name);
      changes.add(name.word() + " is missing");
    } else if (recreated == null) {
      recreated = name;
      changes.add(name.word() + " is recreated");
    }
  }

  private static String pick(SplittableRandom random, String... values) {
    return values[random.nextInt(values.length)];
  }

  /** Creates the topics that are not missing. */
  void create(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
    List<NewTopic> wanted = new ArrayList<>();
    for (Topics.Name name : NAMES) {
      if (exists(name)) {
        wanted.add(newTopic(topics, name));
      }
    }
    make(admin, wanted);
  }

  /** Deletes a topic and creates it again with the same configuration. */
  void recreate(Admin admin, Topics topics, Topics.Name name)
      throws ExecutionException, InterruptedException {
    admin.deleteTopics(List.of(topics.get(name))).all().get();
    make(admin, List.of(newTopic(topics, name)));
  }

  private static void make(Admin admin, List<NewTopic> wanted)
      throws ExecutionException, InterruptedException {
    CreateTopicsResult made = admin.createTopics(wanted);
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    Map<String, Uuid> ids = new HashMap<>();
    for (NewTopic topic : wanted) {
      ids.put(topic.name(), made.topicId(topic.name()).get());
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    // The controller answers before the broker knows the topics.
    Eventually.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(
            () ->
                ids.equals(ids(admin, ids.keySet()))
                    && admin.listOffsets(ends).all().get().size() == ends.size());
  }

  private static Map<String, Uuid> ids(Admin admin, Set<String> topics)
      throws ExecutionException, InterruptedException {
    return admin.describeTopics(topics).allTopicNames().get().values().stream()
        .collect(Collectors.toMap(TopicDescription::name, TopicDescription::topicId));
  }

  /** Deletes all topics that {@link #create} created. */
  void delete(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
    admin.deleteTopics(NAMES.stream().filter(this::exists).map(topics::get).toList()).all().get();
  }

  private NewTopic newTopic(Topics topics, Topics.Name name) {
    return new NewTopic(topics.get(name), Optional.of(partitions(name)), Optional.empty())
        .configs(settings(name));
  }

  boolean exists(Topics.Name name) {
    return !missing.contains(name);
  }

  int partitions(Topics.Name name) {
    return Outcome.of(partitions, name);
  }

  /** The settings of a topic. */
  Map<String, String> settings(Topics.Name name) {
    return Outcome.of(settings, name);
  }

  /** The topic that is recreated between two starts. */
  Optional<Topics.Name> recreated() {
    return Optional.ofNullable(recreated).filter(this::exists);
  }

  /** Whether {@code produce} sends the batches and the model also serves: three of four. */
  boolean isWhole() {
    return whole;
  }

  @Override
  public String toString() {
    return changes.isEmpty() ? "unchanged" : String.join("; ", changes);
  }
}
