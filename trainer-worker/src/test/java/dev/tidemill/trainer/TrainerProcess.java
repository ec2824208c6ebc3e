package dev.tidemill.trainer;

import java.util.Arrays;

/** A trainer in a separate JVM for kill tests; prints a line for each version and epoch. */
final class TrainerProcess implements TrainerListener {
  private TrainerProcess() {}

  /**
   * Arguments: brokers, model, pause before each step in ms, settings as key, value, key, value.
   */
  public static void main(String[] arguments) throws InterruptedException {
    ModelTopics on = ModelTopics.existing(arguments[0], arguments[1]);
    LinearEngine engine = new LinearEngine(new Pace(Long.parseLong(arguments[2])));
    TestTrainer trainer =
        TestTrainer.adaptive(
            on, engine, new TrainerProcess(), Arrays.copyOfRange(arguments, 3, arguments.length));
    trainer.worker.awaitEnd();
    System.out.println("ended " + trainer.worker.health());
    System.exit(trainer.worker.health().isAlive() ? 0 : 1);
  }

  @Override
  public void onCheckpoint(dev.tidemill.schemas.Checkpoint manifest) {
    System.out.println("version " + manifest.getVersion() + " at " + manifest.getPositions());
  }

  @Override
  public void onEpochEnd(EpochSummary epoch) {
    System.out.println("epoch " + epoch.epoch());
  }

  @Override
  public void onNotice(String notice) {
    System.out.println(notice);
  }
}
