package dev.tidemill.trainer;

/** Too many records are refused. The message says whether their dead letters are committed. */
public final class RefusedRecordsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private RefusedRecordsException(String message) {
    super(message);
  }

  static RefusedRecordsException nothingTrained(String topic, String summary) {
    return new RefusedRecordsException(
        "nothing was trained from "
            + topic
            + ": "
            + summary
            + ". Their dead letters are committed. Compare the spec's input and loss with what the"
            + " producer sends");
  }

  static RefusedRecordsException tooMany(
      String topic, double maxShare, String summary, boolean committed) {
    return new RefusedRecordsException(
        "training from "
            + topic
            + " stopped: "
            + summary
            + ". The share exceeds "
            + TrainerSettings.MAX_REFUSED_SHARE
            + "="
            + maxShare
            + "; "
            + (committed
                ? "their dead letters are committed"
                : "with training.batch_size: full, dead letters are committed when an epoch ends;"
                    + " this epoch's are not, and the next start reads its records again")
            + ". Correct what the producer sends, or raise the setting, and start again");
  }

  static RefusedRecordsException tooManyBytes(String topic, String summary) {
    return new RefusedRecordsException(
        "training from "
            + topic
            + " stopped: "
            + summary
            + ". With training.batch_size: full, dead letters are committed when an epoch ends, and"
            + " these records take more than half of "
            + TrainerSettings.QUEUE_BYTES
            + ". Raise it, or set a batch size");
  }
}
