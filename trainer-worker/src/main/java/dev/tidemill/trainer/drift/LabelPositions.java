package dev.tidemill.trainer.drift;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the detector of the delayed error has seen the topics.
 *
 * @param labelsId id of the topic {@code labels}; empty if it has seen nothing
 * @param predictionsId id of the topic {@code predictions}; empty if unknown
 * @param time newest timestamp of a record that it has seen
 * @param labels offset behind the last record, by partition
 * @param predictions likewise; empty if unknown
 */
public record LabelPositions(
    String labelsId,
    String predictionsId,
    Instant time,
    SortedMap<Integer, Long> labels,
    SortedMap<Integer, Long> predictions) {
  static final LabelPositions NONE =
      new LabelPositions("", "", Instant.EPOCH, new TreeMap<>(), new TreeMap<>());

  private static final String LABELS = "l";
  private static final String PREDICTIONS = "p";

  public LabelPositions {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    predictions = Collections.unmodifiableSortedMap(new TreeMap<>(predictions));
  }

  /** Whether it has seen nothing. */
  public boolean isEmpty() {
    return labelsId.isEmpty();
  }

  /** Whether these are positions on topics with these ids. */
  boolean areOf(String labelsTopic, String predictionsTopic) {
    return labelsId.equals(labelsTopic)
        && (predictionsId.isEmpty() || predictionsId.equals(predictionsTopic));
  }

  /** Whether it has seen a record of {@code labels} that other positions have not. */
  boolean areBeyond(LabelPositions other) {
    return labels.entrySet().stream()
        .anyMatch(at -> at.getValue() > other.labels().getOrDefault(at.getKey(), 0L));
  }

  /** Whether a comparison has a record that the detector has not seen. */
  boolean isNew(int labelPartition, long label, int predictionPartition, long prediction) {
    long predictionsSeen = predictionsId.isEmpty() ? Long.MAX_VALUE : 0;
    return label >= labels.getOrDefault(labelPartition, 0L)
        || prediction >= predictions.getOrDefault(predictionPartition, predictionsSeen);
  }

  /** Formats the positions without spaces. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(labelsId).append(',').append(predictionsId).append(',').append(time.toEpochMilli());
    labels.forEach((partition, offset) -> append(text, LABELS, partition, offset));
    predictions.forEach((partition, offset) -> append(text, PREDICTIONS, partition, offset));
    return text.toString();
  }

  private static void append(StringBuilder text, String topic, int partition, long offset) {
    text.append(',').append(topic).append(partition).append(':').append(offset);
  }

  /**
   * Parses a {@link #text}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static LabelPositions parse(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length < 3) {
      throw new IllegalArgumentException("\"" + text + "\" has no positions");
    }
    SortedMap<Integer, Long> labels = new TreeMap<>();
    SortedMap<Integer, Long> predictions = new TreeMap<>();
    for (int i = 3; i < parts.length; i++) {
      String[] position = parts[i].split(":", -1);
      if (position.length != 2 || position[0].isEmpty()) {
        throw new IllegalArgumentException("\"" + parts[i] + "\" is no position");
      }
      Map<Integer, Long> of =
          switch (position[0].substring(0, 1)) {
            case LABELS -> labels;
            case PREDICTIONS -> predictions;
            default -> throw new IllegalArgumentException("\"" + parts[i] + "\" is no position");
          };
      of.put(Integer.parseInt(position[0].substring(1)), Long.parseLong(position[1]));
    }
    return new LabelPositions(
        parts[0], parts[1], Instant.ofEpochMilli(Long.parseLong(parts[2])), labels, predictions);
  }
}
