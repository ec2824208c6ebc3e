package dev.tidemill.trainer;

/**
 * So many records are refused that training ends; says whether their dead letters are committed.
 */
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
            + ". Their dead letters are committed; compare the spec's input and loss with what the"
            + " producer sends");
  }

  static RefusedRecordsException tooMany(
      String topic, double mostShare, String summary, boolean committed) {
    return new RefusedRecordsException(
        "training from "
            + topic
            + " stopped: "
            + summary
            + ". More than "
            + TrainerSettings.MAX_REFUSED_SHARE
            + "="
            + mostShare
            + " of a run's records may not be refused; "
            + (committed
                ? "their dead letters are committed"
                : "with training.batch_size: full, dead letters are committed at the end of an epoch:"
                    + " this epoch's are not, and the next start reads its records again")
            + ". Correct what the producer sends, or raise the setting, and start again");
  }

  static RefusedRecordsException tooManyBytes(String topic, String summary) {
    return new RefusedRecordsException(
        "training from "
            + topic
            + " stopped: "
            + summary
            + ". With training.batch_size: full, dead letters are committed at the end of an epoch,"
            + " and these records hold more than half of "
            + TrainerSettings.QUEUE_BYTES
            + "; raise it, or set a batch size");
  }
}
