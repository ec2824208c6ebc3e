package dev.tidemill.trainer;

/** The batches topic is not the one that the lineage was trained on. */
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
            + ". Its offsets mean other records. Ways on: train the new topic's records as another"
            + " model (--model NAME), from this one's weights (tidemill models export, then --init);"
            + " or restore the former topic");
  }
}
