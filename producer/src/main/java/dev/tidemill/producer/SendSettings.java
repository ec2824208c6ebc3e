package dev.tidemill.producer;

import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * How batches are sent.
 *
 * @param batchSamples samples in a record
 * @param rate samples a second at most; 0 for as fast as possible
 * @param linger how long a record waits for more samples where these come in slowly
 * @param commitInterval how often what was sent is committed, where it is sent in transactions
 * @param resume whether a run goes on where an earlier one of the same source stopped
 */
public record SendSettings(
    int batchSamples, double rate, Duration linger, Duration commitInterval, Resume resume) {
  public static final String BATCH_SAMPLES = "send.batch.samples";
  public static final String RATE = "send.rate";
  public static final String LINGER = "send.linger.ms";
  public static final String COMMIT_INTERVAL = "send.commit.interval.ms";
  public static final String RESUME = "send.resume";

  private static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofMinutes(1);

  /** Whether to go on where an earlier run stopped. */
  public enum Resume {
    /** Finite sources only. */
    AUTO,
    ALWAYS,
    NEVER
  }

  public static SendSettings from(Settings settings) {
    return new SendSettings(
        settings.getInt(BATCH_SAMPLES),
        settings.getDouble(RATE),
        settings.getDuration(LINGER),
        settings.getDuration(COMMIT_INTERVAL),
        Resume.valueOf(settings.getString(RESUME).toUpperCase(Locale.ROOT)));
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            BATCH_SAMPLES,
            ConfigDef.Type.INT,
            32,
            Range.between(1, 1 << 20),
            Importance.HIGH,
            "Samples in a batch record. A trainer's steps need not be of that size.")
        .define(
            RATE,
            ConfigDef.Type.DOUBLE,
            0,
            Range.atLeast(0),
            Importance.HIGH,
            "Samples sent a second at most; 0: as fast as possible.")
        .define(
            LINGER,
            ConfigDef.Type.LONG,
            200,
            Range.atLeast(0),
            Importance.MEDIUM,
            "How long, in milliseconds, a record waits for more samples from standard input before"
                + " it is sent with fewer.")
        .define(
            COMMIT_INTERVAL,
            ConfigDef.Type.LONG,
            200,
            Range.between(1, LONGEST_COMMIT_INTERVAL.toMillis()),
            Importance.MEDIUM,
            "How often, in milliseconds, records of a resumable run are committed: until then no"
                + " trainer sees them.")
        .define(
            RESUME,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.CaseInsensitiveValidString.in("auto", "always", "never"),
            Importance.MEDIUM,
            "Whether a run goes on, exactly, where an earlier run of the same source for the same"
                + " model stopped: auto (finite sources do, endless ones do not), always, never.");
  }
}
