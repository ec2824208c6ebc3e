package dev.tidemill.producer;

import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * Settings for sending batches.
 *
 * @param batchSamples samples per record
 * @param rate maximum samples per second; 0 for as fast as possible
 * @param linger how long a partial record waits for more samples of a stream
 * @param commitInterval time between transaction commits
 * @param resume whether a run continues where an earlier run of the same source stopped
 * @param recreatedTopic what to do if an earlier run sent to a topic that was recreated since
 * @param healthTimeout how long records may wait for their acknowledgement
 * @param closeTimeout how long a run waits for commits after a stop request
 */
public record SendSettings(
    int batchSamples,
    double rate,
    Duration linger,
    Duration commitInterval,
    Resume resume,
    RecreatedTopic recreatedTopic,
    Duration healthTimeout,
    Duration closeTimeout) {
  public static final String BATCH_SAMPLES = "send.batch.samples";
  public static final String RATE = "send.rate";
  public static final String LINGER = "send.linger.ms";
  public static final String COMMIT_INTERVAL = "send.commit.interval.ms";
  public static final String RESUME = "send.resume";
  public static final String RECREATED_TOPIC = "send.recreated.topic";
  public static final String CLOSE_TIMEOUT = "send.close.timeout.ms";

  private static final Duration MAX_COMMIT_INTERVAL = Duration.ofMinutes(1);
  private static final Duration DEFAULT_INTERVAL = Duration.ofMillis(200);

  /** Below the 30 s grace period of a Kubernetes pod, which leaves time for the report. */
  private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** Whether to continue where an earlier run stopped. */
  public enum Resume {
    /** Resumes finite sources only. */
    AUTO,
    ALWAYS,
    NEVER
  }

  /** What to do with a position in a topic that was recreated since. */
  public enum RecreatedTopic {
    /** Fail with an error that names the other two options. */
    FAIL,
    /** Send the source from its beginning. */
    RESTART,
    /** Continue at the position, without the samples that were sent before. */
    CONTINUE
  }

  /** Returns the default settings with the given record size. */
  public static SendSettings standard(int batchSamples) {
    return new SendSettings(
        batchSamples,
        0,
        DEFAULT_INTERVAL,
        DEFAULT_INTERVAL,
        Resume.AUTO,
        RecreatedTopic.FAIL,
        HealthTimeout.STANDARD,
        DEFAULT_CLOSE_TIMEOUT);
  }

  public SendSettings withRate(double samplesPerSecond) {
    return new SendSettings(
        batchSamples,
        samplesPerSecond,
        linger,
        commitInterval,
        resume,
        recreatedTopic,
        healthTimeout,
        closeTimeout);
  }

  public SendSettings withLinger(Duration other) {
    return new SendSettings(
        batchSamples,
        rate,
        other,
        commitInterval,
        resume,
        recreatedTopic,
        healthTimeout,
        closeTimeout);
  }

  public SendSettings withCommitInterval(Duration other) {
    return new SendSettings(
        batchSamples, rate, linger, other, resume, recreatedTopic, healthTimeout, closeTimeout);
  }

  public SendSettings withResume(Resume other) {
    return new SendSettings(
        batchSamples,
        rate,
        linger,
        commitInterval,
        other,
        recreatedTopic,
        healthTimeout,
        closeTimeout);
  }

  public SendSettings withCloseTimeout(Duration other) {
    return new SendSettings(
        batchSamples, rate, linger, commitInterval, resume, recreatedTopic, healthTimeout, other);
  }

  SendSettings withHealthTimeout(Duration other) {
    return new SendSettings(
        batchSamples, rate, linger, commitInterval, resume, recreatedTopic, other, closeTimeout);
  }

  public static SendSettings from(Settings settings) {
    return new SendSettings(
        settings.getInt(BATCH_SAMPLES),
        settings.getDouble(RATE),
        settings.getDuration(LINGER),
        settings.getDuration(COMMIT_INTERVAL),
        Resume.valueOf(settings.getString(RESUME).toUpperCase(Locale.ROOT)),
        RecreatedTopic.valueOf(settings.getString(RECREATED_TOPIC).toUpperCase(Locale.ROOT)),
        HealthTimeout.of(settings),
        settings.getDuration(CLOSE_TIMEOUT));
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            BATCH_SAMPLES,
            ConfigDef.Type.INT,
            32,
            Range.between(1, 1 << 20),
            Importance.HIGH,
            "Number of samples in a batch record. It does not have to equal the trainer's batch"
                + " size.")
        .define(
            RATE,
            ConfigDef.Type.DOUBLE,
            0,
            Range.atLeast(0),
            Importance.HIGH,
            "Maximum number of samples sent per second; 0 means as fast as possible.")
        .define(
            LINGER,
            ConfigDef.Type.LONG,
            DEFAULT_INTERVAL.toMillis(),
            Range.atLeast(0),
            Importance.MEDIUM,
            "How long, in milliseconds, to wait for more samples from standard input before sending"
                + " a partial record.")
        .define(
            COMMIT_INTERVAL,
            ConfigDef.Type.LONG,
            DEFAULT_INTERVAL.toMillis(),
            Range.between(1, MAX_COMMIT_INTERVAL.toMillis()),
            Importance.MEDIUM,
            "Milliseconds between commits of a resumable run. Trainers do not see records before"
                + " they are committed.")
        .define(
            RESUME,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.CaseInsensitiveValidString.in("auto", "always", "never"),
            Importance.MEDIUM,
            "Whether a run continues exactly where an earlier run of the same source for the same"
                + " model stopped: auto (for finite sources only), always, never.")
        .define(
            RECREATED_TOPIC,
            ConfigDef.Type.STRING,
            "fail",
            ConfigDef.CaseInsensitiveValidString.in("fail", "restart", "continue"),
            Importance.LOW,
            "What a resumable run does if the batches topic was recreated since an earlier run and"
                + " that run's samples are gone: fail (end with an error), restart (send the source"
                + " from its beginning), continue (skip those samples).")
        .define(
            CLOSE_TIMEOUT,
            ConfigDef.Type.LONG,
            DEFAULT_CLOSE_TIMEOUT.toMillis(),
            Range.between(0, Duration.ofMinutes(10).toMillis()),
            Importance.MEDIUM,
            "How long, in milliseconds, a run waits after Ctrl-C or SIGTERM for the brokers to"
                + " commit the samples that it has read. It then drops and reports the uncommitted"
                + " samples, and exits with status 1.");
  }
}
