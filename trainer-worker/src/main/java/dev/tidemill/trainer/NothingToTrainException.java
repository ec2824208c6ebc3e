package dev.tidemill.trainer;

/** A run that is to end has nothing to begin with. */
public final class NothingToTrainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NothingToTrainException(String topic) {
    super(
        "there is nothing to train: topic "
            + topic
            + " holds no usable record; send some with: tidemill produce");
  }
}
