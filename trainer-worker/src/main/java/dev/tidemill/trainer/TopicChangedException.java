package dev.tidemill.trainer;

/** The batches topic was recreated since the lineage was trained on it. */
public final class TopicChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicChangedException(
      String model, String topic, long version, String trainedId, String presentId) {
    super(
        "topic "
            + topic
            + " was recreated: version "
            + version
            + " of model "
            + model
            + " was trained on topic id "
            + trainedId
            + ", and the topic's id is now "
            + presentId
            + ". Its offsets now name other records. To continue, train the new topic as another"
            + " model (--model NAME) from this one's weights (tidemill models export, then --init);"
            + " or restore the former topic");
  }
}
