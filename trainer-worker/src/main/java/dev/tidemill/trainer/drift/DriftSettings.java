package dev.tidemill.trainer.drift;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of drift. {@link #define} documents each.
 *
 * @param detector empty if nothing is watched
 * @param boostFactor of the learning rate
 * @param boostSamples number of samples that are trained with it
 */
public record DriftSettings(
    Optional<DetectorKind> detector, DriftPolicy policy, double boostFactor, long boostSamples) {
  public static final String DETECTOR = "drift.detector";
  public static final String POLICY = "drift.policy";
  public static final String BOOST_FACTOR = "drift.boost.factor";
  public static final String BOOST_SAMPLES = "drift.boost.samples";

  private static final String NONE = "none";

  /**
   * Reads settings that were checked against {@link #define}.
   *
   * @throws InvalidSettingsException if a policy has no detector
   */
  public static DriftSettings from(Settings settings) {
    String detector = settings.getString(DETECTOR);
    DriftPolicy policy = DriftPolicy.of(settings.getString(POLICY));
    if (detector.equals(NONE) && policy != DriftPolicy.ANNOUNCE) {
      throw new InvalidSettingsException(
          List.of(
              "%s=%s does nothing with %s=none: name a detector, or omit the policy"
                  .formatted(POLICY, policy.word(), DETECTOR)));
    }
    return new DriftSettings(
        detector.equals(NONE) ? Optional.empty() : Optional.of(DetectorKind.of(detector)),
        policy,
        settings.getDouble(BOOST_FACTOR),
        settings.getLong(BOOST_SAMPLES));
  }

  /** Adds the settings to a definition, and returns it. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            DETECTOR,
            ConfigDef.Type.STRING,
            DetectorKind.ADWIN.word(),
            ValidString.in(detectors()),
            MEDIUM,
            "What finds that the model's errors rise, before training and by delayed labels: adwin,"
                + " ddm or page-hinkley. adwin always finds that inputs move away from the data"
                + " contract. none: nothing is watched. Not used with full batches.")
        .define(
            POLICY,
            ConfigDef.Type.STRING,
            DriftPolicy.ANNOUNCE.word(),
            ValidString.in(DriftPolicy.words()),
            MEDIUM,
            "What a trainer does about a change. announce: it reports the change on the control"
                + " topic, with the next version if anything is trained. The others publish that"
                + " version at once. boost: the learning rate is multiplied for"
                + " drift.boost.samples. rollback: training continues from the weights of the"
                + " newest version from before the change. retrain: a new model begins, and trains"
                + " the records since the change again; this needs an endless run.")
        .define(
            BOOST_FACTOR,
            ConfigDef.Type.DOUBLE,
            3.0,
            LambdaValidator.with(DriftSettings::checkFactor, () -> "above 1, up to 100"),
            LOW,
            "What multiplies the learning rate after a change (drift.policy=boost). The factor rises"
                + " in the first quarter of the samples.")
        .define(
            BOOST_SAMPLES,
            ConfigDef.Type.LONG,
            10_000L,
            between(1, Boost.MAX_SAMPLES),
            LOW,
            "Number of samples that are trained with a multiplied learning rate"
                + " (drift.policy=boost). At least four times the batch size.");
  }

  private static void checkFactor(String name, Object value) {
    double factor = (Double) value;
    if (!(factor > 1 && factor <= Boost.MAX_FACTOR)) {
      throw new ConfigException(name, value, "Value must be above 1, and at most 100");
    }
  }

  private static String[] detectors() {
    return Stream.concat(
            Arrays.stream(DetectorKind.values()).map(DetectorKind::word), Stream.of(NONE))
        .toArray(String[]::new);
  }
}
