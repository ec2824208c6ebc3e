package dev.tidemill.trainer;

/**
 * The lineage ends before a version that is known to be committed. Continuing would use version
 * numbers and train samples a second time.
 */
public final class LineageLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param found the newest version of the lineage; 0 if it is empty
   * @param known the committed version
   * @param knownBy what knows it: the group or this trainer
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
            + " recreated. Nothing was changed. To continue, restore the topic; or train another"
            + " model (--model) from exported weights (--init); or, to start model "
            + model
            + " over, delete the group: kafka-consumer-groups --delete --group "
            + group);
  }
}
