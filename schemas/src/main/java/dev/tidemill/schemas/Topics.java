package dev.tidemill.schemas;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.NullMarked;

/**
 * The names of one model's topics. {@link Name} documents the record and key of each topic; the
 * creator of a topic decides its retention.
 *
 * <p>Each name can be overridden, so that several models can train on the same batches.
 *
 * <p>The constructor and the factory methods throw IllegalArgumentException if a name is not a
 * legal Kafka topic name, or if two names are equal.
 */
@NullMarked
public record Topics(
    String batches,
    String contract,
    String checkpoints,
    String checkpointChunks,
    String requests,
    String predictions,
    String labels,
    String progress,
    String control,
    String deadLetters) {

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern LEGAL_MODEL = Pattern.compile("[A-Za-z0-9_-]+");

  public Topics {
    Map<String, Name> seen = new HashMap<>();
    List<String> topics =
        List.of(
            batches,
            contract,
            checkpoints,
            checkpointChunks,
            requests,
            predictions,
            labels,
            progress,
            control,
            deadLetters);
    Name[] names = Name.values();
    for (int i = 0; i < names.length; i++) {
      Name name = names[i];
      String topic = topics.get(i);
      if (!LEGAL.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
        throw new IllegalArgumentException(
            "topic."
                + name.word()
                + "=\""
                + topic
                + "\" is not a topic name: Kafka allows up to 249 letters, digits, '.', '_' and"
                + " '-'");
      }
      Name other = seen.put(topic, name);
      if (other != null) {
        throw new IllegalArgumentException(
            "topic." + name.word() + " and topic." + other.word() + " are both \"" + topic + "\"");
      }
    }
  }

  /**
   * The purpose of a topic, and the last part of its name. The constants are in the order of the
   * record's components.
   */
  public enum Name {
    /** {@link TrainingBatch}es; key: the source key. */
    BATCHES("batches", TrainingBatch.class),
    /** {@link DataContract}s; key: the version in decimal. One partition. */
    CONTRACT("contract", DataContract.class),
    /** {@link Checkpoint}s, the manifests; key: the version in decimal. One partition. */
    CHECKPOINTS("checkpoints", Checkpoint.class),
    /** {@link CheckpointChunk}s; key: version/index. */
    CHECKPOINT_CHUNKS("checkpoint-chunks", CheckpointChunk.class),
    /** {@link PredictionRequest}s; key and headers: the caller's. */
    REQUESTS("requests", PredictionRequest.class),
    /** {@link Prediction}s; key and headers: the request's. Partitions as {@link #REQUESTS}. */
    PREDICTIONS("predictions", Prediction.class),
    /** {@link Label}s, the expected answers; key: the request id. */
    LABELS("labels", Label.class),
    /** {@link ProgressEvent}s; key: the worker. One partition. */
    PROGRESS("progress", ProgressEvent.class),
    /** {@link ControlEvent}s; key: the model. One partition: the trainer assigned to it leads. */
    CONTROL("control", ControlEvent.class),
    /** {@link DeadLetter}s; key: the refused record's. One partition. */
    DEAD_LETTERS("dead-letters", DeadLetter.class);

    private final String word;
    private final Class<? extends SpecificRecord> type;

    Name(String word, Class<? extends SpecificRecord> type) {
      this.word = word;
      this.type = type;
    }

    /** The type of the topic's values. */
    public Class<? extends SpecificRecord> type() {
      return type;
    }

    /** The name used in topic names and in the setting {@code topic.<word>}. */
    public String word() {
      return word;
    }

    /**
     * Returns the constant with a word.
     *
     * @throws IllegalArgumentException if there is none; the message lists the words
     */
    public static Name of(String word) {
      for (Name name : values()) {
        if (name.word.equals(word)) {
          return name;
        }
      }
      throw new IllegalArgumentException(
          "unknown topic \""
              + word
              + "\"; the topics are "
              + String.join(", ", Stream.of(values()).map(Name::word).toList()));
    }
  }

  /**
   * Returns the topics named {@code <prefix>.<model>.<name>}.
   *
   * @param model letters, digits, '_' and '-'
   */
  public static Topics of(String prefix, String model) {
    if (!LEGAL_MODEL.matcher(model).matches()) {
      throw new IllegalArgumentException(
          "\"" + model + "\" is not a model name: it may contain letters, digits, '_' and '-'");
    }
    Map<Name, String> names = new EnumMap<>(Name.class);
    for (Name name : Name.values()) {
      names.put(name, prefix + "." + model + "." + name.word());
    }
    return of(names);
  }

  /** Returns a copy with another name for one topic. */
  public Topics withOverride(Name name, String topic) {
    Map<Name, String> names = new EnumMap<>(Name.class);
    for (Name each : Name.values()) {
      names.put(each, get(each));
    }
    names.put(name, topic);
    return of(names);
  }

  /** Returns the name of a topic. */
  public String get(Name name) {
    return switch (name) {
      case BATCHES -> batches;
      case CONTRACT -> contract;
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
        names.getOrDefault(Name.CONTRACT, ""),
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
