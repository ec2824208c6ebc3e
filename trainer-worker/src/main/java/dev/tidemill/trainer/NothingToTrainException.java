package dev.tidemill.trainer;

/** A run that ends by itself finds no record to train. */
public final class NothingToTrainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private NothingToTrainException(String message) {
    super(message);
  }

  /**
   * Creates the exception for a model without a version.
   *
   * @param refused number of records that were refused before
   */
  static NothingToTrainException on(String topic, long refused) {
    return new NothingToTrainException(
        "there is nothing to train: topic "
            + topic
            + (refused == 0
                ? " holds no usable record; send some with: tidemill produce"
                : " holds no usable record; "
                    + refused
                    + " were refused before and became dead letters"));
  }
}
