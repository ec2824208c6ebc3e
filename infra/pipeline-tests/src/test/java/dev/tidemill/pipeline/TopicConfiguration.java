package dev.tidemill.pipeline;

import dev.tidemill.schemas.Topics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * How a model's topics are made, drawn from a seed: as the protocol wants them, but for a few
 * changes that an operator could make.
 */
final class TopicConfiguration {
  private static final long SIXTEEN_MIB = 16L << 20;
  private static final int MOST_CHANGES = 3;
  private static final List<Topics.Name> NAMES = List.of(Topics.Name.values());

  private final Map<Topics.Name, Integer> partitions = new EnumMap<>(Topics.Name.class);
  private final Map<Topics.Name, Map<String, String>> configs = new EnumMap<>(Topics.Name.class);
  private final List<String> changes = new ArrayList<>();

  /** Seed 0 changes nothing. */
  static TopicConfiguration draw(long seed) {
    TopicConfiguration drawn = new TopicConfiguration();
    SplittableRandom random = new SplittableRandom(seed);
    int count = seed == 0 ? 0 : random.nextInt(MOST_CHANGES) + 1;
    for (int i = 0; i < count; i++) {
      drawn.change(random);
    }
    return drawn;
  }

  private TopicConfiguration() {
    for (Topics.Name name : Topics.Name.values()) {
      Map<String, String> config = new TreeMap<>();
      switch (name) {
        case BATCHES, REQUESTS -> config.put("max.message.bytes", Long.toString(SIXTEEN_MIB));
        case CHECKPOINTS, CHECKPOINT_CHUNKS -> config.put("cleanup.policy", "compact");
        case CONTROL -> {
          config.put("retention.ms", "-1");
          config.put("retention.bytes", "-1");
        }
        case DEAD_LETTERS ->
            config.put("max.message.bytes", Long.toString(SIXTEEN_MIB + (1L << 20)));
        case PREDICTIONS, LABELS, PROGRESS -> {}
      }
      configs.put(name, config);
      partitions.put(name, 1);
    }
  }

  private void change(SplittableRandom random) {
    Topics.Name name = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        partitions.put(name, random.nextInt(4) + 1);
        changes.add(name.word() + " partitions=" + partitions.get(name));
      }
      case 2 -> set(name, "cleanup.policy", pick(random, "delete", "compact", "compact,delete"));
      case 3 -> set(name, "max.message.bytes", pick(random, "200", "20000", "1048588", "33554432"));
      case 4 -> set(name, "retention.ms", pick(random, "-1", "3600000", "86400000"));
      default ->
          set(
              name,
              pick(random, "message.timestamp.before.max.ms", "message.timestamp.after.max.ms"),
              pick(random, "1", "3600000", "86400000"));
    }
  }

  private void set(Topics.Name name, String key, String value) {
    Outcome.of(configs, name).put(key, value);
    changes.add(name.word() + " " + key + "=" + value);
  }

  private static String pick(SplittableRandom random, String... values) {
    return values[random.nextInt(values.length)];
  }

  void create(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
    List<NewTopic> wanted = new ArrayList<>();
    for (Topics.Name name : Topics.Name.values()) {
      wanted.add(
          new NewTopic(
                  topics.get(name), Optional.of(Outcome.of(partitions, name)), Optional.empty())
              .configs(Outcome.of(configs, name)));
    }
    admin.createTopics(wanted).all().get();
  }

  @Override
  public String toString() {
    return changes.isEmpty() ? "as the protocol wants them" : String.join("; ", changes);
  }
}
