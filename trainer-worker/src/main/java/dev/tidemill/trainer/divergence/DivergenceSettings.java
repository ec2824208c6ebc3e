package dev.tidemill.trainer.divergence;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import dev.tidemill.runtime.Settings;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of divergence. {@link #define} documents each.
 *
 * @param maxRollbacks without a new version in between
 * @param learningRateFactor of each rollback
 * @param lossFactor 0 if only a loss that is not finite counts
 */
public record DivergenceSettings(
    DivergencePolicy policy, int maxRollbacks, double learningRateFactor, double lossFactor) {
  public static final String POLICY = "on.divergence";
  public static final String MAX_ROLLBACKS = "divergence.max.rollbacks";
  public static final String LEARNING_RATE_FACTOR = "divergence.learning.rate.factor";
  public static final String LOSS_FACTOR = "divergence.loss.factor";

  /** Bounds what the metadata of an offset says about divergences. */
  private static final int MOST_ROLLBACKS = 20;

  /** Reads settings that were checked against {@link #define}. */
  public static DivergenceSettings from(Settings settings) {
    return new DivergenceSettings(
        DivergencePolicy.of(settings.getString(POLICY)),
        settings.getInt(MAX_ROLLBACKS),
        settings.getDouble(LEARNING_RATE_FACTOR),
        settings.getDouble(LOSS_FACTOR));
  }

  /** Returns how often training continues after it has diverged without a new version. */
  public int rollbacks() {
    return policy == DivergencePolicy.ROLLBACK ? maxRollbacks : 0;
  }

  /** Adds the settings to a definition, and returns it. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            POLICY,
            ConfigDef.Type.STRING,
            DivergencePolicy.ROLLBACK.word(),
            ValidString.in(DivergencePolicy.words()),
            MEDIUM,
            "What a trainer does when training has diverged. rollback: it continues from the newest"
                + " version with a smaller learning rate, and the batches of the step that diverged"
                + " become dead letters. fail: it ends.")
        .define(
            MAX_ROLLBACKS,
            ConfigDef.Type.INT,
            3,
            between(1, MOST_ROLLBACKS),
            MEDIUM,
            "How often training continues after it has diverged without publishing a version in"
                + " between (on.divergence=rollback). After that, the trainer ends.")
        .define(
            LEARNING_RATE_FACTOR,
            ConfigDef.Type.DOUBLE,
            0.5,
            LambdaValidator.with(DivergenceSettings::checkRate, () -> "above 0, up to 1"),
            LOW,
            "What each rollback multiplies the learning rate by (on.divergence=rollback). It holds"
                + " until the spec has another learning rate.")
        .define(
            LOSS_FACTOR,
            ConfigDef.Type.DOUBLE,
            1000.0,
            LambdaValidator.with(DivergenceSettings::checkLoss, () -> "0, or from 2 on"),
            LOW,
            "Training has diverged if the loss of "
                + LossBound.CONSECUTIVE
                + " steps in a row exceeds this many times the largest mean loss of "
                + LossBound.BLOCK
                + " steps so far, or of 1 if that is smaller. 0: only a loss that is not finite"
                + " counts.");
  }

  private static void checkRate(String name, Object value) {
    double factor = (Double) value;
    if (!(factor > 0 && factor <= 1)) {
      throw new ConfigException(name, value, "Value must be above 0, and at most 1");
    }
  }

  private static void checkLoss(String name, Object value) {
    double factor = (Double) value;
    if (!(factor == 0 || (factor >= 2 && Double.isFinite(factor)))) {
      throw new ConfigException(name, value, "Value must be 0, or at least 2");
    }
  }
}
