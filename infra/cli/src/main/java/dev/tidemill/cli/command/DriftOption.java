package dev.tidemill.cli.command;

import dev.tidemill.cli.demo.ChangedSource;
import dev.tidemill.cli.demo.DemoSamples;
import dev.tidemill.engine.Network;
import dev.tidemill.producer.source.TrainTest;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.trainer.TrainerSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option with which a demo's data changes. */
final class DriftOption {
  @Option(
      names = "--drift-at",
      paramLabel = "N",
      description =
          "from training sample N on, each label means another class or target, of batches and"
              + " of requests. Reads the samples once, 30,000 of them after the change")
  private @Nullable Long at;

  /**
   * Checks the option.
   *
   * @param ownData whether the user chose the data
   * @throws InvalidSettingsException if such data cannot change
   */
  void check(Network network, boolean ownData) {
    if (at == null) {
      return;
    }
    if (at < 1 || at > DemoData.MAX_CHANGE) {
      throw new InvalidSettingsException(
          List.of("--drift-at must be from 1 to " + DemoData.MAX_CHANGE + ", not " + at));
    }
    if (ownData || network.takesTokens()) {
      throw new InvalidSettingsException(
          List.of(
              "--drift-at changes the demo's own data of classes or targets: omit --data, and use a"
                  + " network that takes no tokens"));
    }
  }

  /**
   * Checks that the change is among the training samples.
   *
   * @throws InvalidSettingsException if it is not
   */
  void checkReached(long trainSamples) {
    if (at != null && at >= trainSamples) {
      throw new InvalidSettingsException(
          List.of(
              "--drift-at %d is not below the number of training samples, %d, so nothing would"
                      .formatted(at, trainSamples)
                  + " change"));
    }
  }

  /** Returns the data of a demo, with enough samples behind the change. */
  DemoData data(DemoData defaults) {
    return at == null ? defaults : defaults.changingAt(at);
  }

  /** Lets the trainer read the samples once, in a run that may restart after the change. */
  void addTo(Map<String, String> given) {
    if (at != null) {
      given.put(TrainerSettings.EPOCHS, "0");
      given.put(TrainerSettings.EXIT_AT_END, "true");
    }
  }

  /**
   * Returns the samples of a demo. The requests change when the trainer reaches the change, and the
   * test has the labels from after it.
   */
  DemoSamples samples(TrainTest of, Network network) {
    if (at == null) {
      return new DemoSamples(of.train(), of.test(), trained -> of.test());
    }
    long change = at;
    int classes = network.outputLength();
    return new DemoSamples(
        new ChangedSource(of.train(), index -> index >= change, classes),
        new ChangedSource(of.test(), index -> true, classes),
        trained -> new ChangedSource(of.test(), index -> trained.getAsLong() >= change, classes));
  }
}
