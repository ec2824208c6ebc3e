package dev.tidemill.trainer;

import dev.tidemill.contract.TargetReport;
import dev.tidemill.engine.SpecTemplate;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A trainer in a separate JVM for kill tests; prints a line for each version and epoch. The system
 * property {@code regression} selects a regression. With the property {@code hold}, a notice that
 * begins with its value never returns. With {@code holdVersion}, a version with a change that
 * begins with its value is the last one that is published.
 */
final class TrainerProcess implements TrainerListener {
  private TrainerProcess() {}

  /**
   * Arguments: brokers, model, pause before each step in ms, settings as key, value, key, value.
   */
  public static void main(String[] arguments) throws InterruptedException {
    ModelTopics on = ModelTopics.existing(arguments[0], arguments[1]);
    LinearEngine engine = new LinearEngine(new Pace(Long.parseLong(arguments[2])));
    SpecTemplate spec =
        Boolean.getBoolean("regression") ? LinearEngine.regression() : LinearEngine.adaptive();
    TestTrainer trainer =
        TestTrainer.start(
            on,
            new TrainerJob(spec, engine, Optional.empty()),
            new TrainerProcess(),
            Arrays.copyOfRange(arguments, 3, arguments.length));
    trainer.worker.awaitEnd();
    System.out.println("ended " + trainer.worker.health());
    System.exit(trainer.worker.health().isAlive() ? 0 : 1);
  }

  @Override
  public void onCheckpoint(dev.tidemill.schemas.Checkpoint manifest) {
    System.out.println("version " + manifest.getVersion() + " at " + manifest.getPositions());
    String hold = System.getProperty("holdVersion");
    if (hold != null
        && manifest.getChanges().stream().anyMatch(change -> change.startsWith(hold))) {
      System.out.println("holds version " + manifest.getVersion());
      LostLeadershipIT.awaitUninterruptibly(new CountDownLatch(1));
    }
  }

  @Override
  public void onEpochEnd(EpochSummary epoch) {
    System.out.println(epochLine(epoch));
  }

  static String epochLine(EpochSummary epoch) {
    return "epoch %d loss %s accuracy %s %s"
        .formatted(
            epoch.epoch(), epoch.loss(), epoch.accuracy(), TargetReport.words(epoch.errors()));
  }

  @Override
  public void onRunEnd(ClassSummary run) {
    run.report().lines(run.classes()::get).forEach(System.out::println);
  }

  @Override
  public void onNotice(String notice) {
    System.out.println(notice);
    String hold = System.getProperty("hold");
    if (hold != null && notice.startsWith(hold)) {
      LostLeadershipIT.awaitUninterruptibly(new CountDownLatch(1));
    }
  }
}
