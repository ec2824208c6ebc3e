package dev.tidemill.trainer;

/**
 * The lineage ends before a version that is known to have been committed. Training on would count
 * versions, and train samples, a second time.
 */
public final class LineageLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param found the newest version of the lineage; 0 if it is empty
   * @param known the version that was committed
   * @param knownBy who knows it
   */
  LineageLostException(
      String model, String topic, long found, long known, String knownBy, String group) {
    super(
        "model "
            + model
            + ": topic "
            + topic
            + (found == 0 ? " holds no version" : " ends with version " + found)
            + ", but "
            + knownBy
            + " knows version "
            + known
            + ": versions were lost, for example by cleanup.policy=delete, or because the topic was"
            + " recreated. Nothing was changed. Ways on: restore the topic; or train under another"
            + " name (--model), from weights that were exported (--init); or, to begin model "
            + model
            + " anew, delete the group: kafka-consumer-groups --delete --group "
            + group);
  }
}
