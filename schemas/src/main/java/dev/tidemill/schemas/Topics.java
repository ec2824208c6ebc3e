package dev.tidemill.schemas;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** The names of one model's topics. */
@NullMarked
public record Topics(
    String batches,
    String checkpoints,
    String checkpointChunks,
    String requests,
    String predictions,
    String labels,
    String progress,
    String control,
    String deadLetters) {

  /** What a topic is for, and the last word of its name. */
  public enum Name {
    BATCHES("batches"),
    CHECKPOINTS("checkpoints"),
    CHECKPOINT_CHUNKS("checkpoint-chunks"),
    REQUESTS("requests"),
    PREDICTIONS("predictions"),
    LABELS("labels"),
    PROGRESS("progress"),
    CONTROL("control"),
    DEAD_LETTERS("dead-letters");

    private final String word;

    Name(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** {@code <prefix>.<model>.<name>} for each. */
  public static Topics of(String prefix, String model) {
    Map<Name, String> names = new EnumMap<>(Name.class);
    for (Name name : Name.values()) {
      names.put(name, prefix + "." + model + "." + name.word());
    }
    return of(names);
  }

  /** The same, but for one topic. */
  public Topics withOverride(Name name, String topic) {
    Map<Name, String> names = new EnumMap<>(Name.class);
    for (Name each : Name.values()) {
      names.put(each, get(each));
    }
    names.put(name, topic);
    return of(names);
  }

  /** The topic for that. */
  public String get(Name name) {
    return switch (name) {
      case BATCHES -> batches;
      case CHECKPOINTS -> checkpoints;
      case CHECKPOINT_CHUNKS -> checkpointChunks;
      case REQUESTS -> requests;
      case PREDICTIONS -> predictions;
      case LABELS -> labels;
      case PROGRESS -> progress;
      case CONTROL -> control;
      case DEAD_LETTERS -> deadLetters;
    };
  }

  private static Topics of(Map<Name, String> names) {
    return new Topics(
        names.getOrDefault(Name.BATCHES, ""),
        names.getOrDefault(Name.CHECKPOINTS, ""),
        names.getOrDefault(Name.CHECKPOINT_CHUNKS, ""),
        names.getOrDefault(Name.REQUESTS, ""),
        names.getOrDefault(Name.PREDICTIONS, ""),
        names.getOrDefault(Name.LABELS, ""),
        names.getOrDefault(Name.PROGRESS, ""),
        names.getOrDefault(Name.CONTROL, ""),
        names.getOrDefault(Name.DEAD_LETTERS, ""));
  }
}
