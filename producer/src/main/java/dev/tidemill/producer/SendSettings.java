package dev.tidemill.producer;

import dev.tidemill.runtime.HealthTimeout;
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
 * @param recreatedTopic what to do where an earlier one sent to a topic that is gone
 * @param healthTimeout how long records may wait for their acknowledgement
 * @param closeTimeout how long a run that is asked to end waits for its records to be committed
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

  private static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofMinutes(1);
  private static final Duration USUAL_INTERVAL = Duration.ofMillis(200);

  /** Below the 30 s that Kubernetes gives a pod, so that there is time for the report. */
  private static final Duration USUAL_CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** Whether to go on where an earlier run stopped. */
  public enum Resume {
    /** Finite sources only. */
    AUTO,
    ALWAYS,
    NEVER
  }

  /** What to do about a position in a topic that was deleted and created again since. */
  public enum RecreatedTopic {
    /** End with an error that names the two other ways. */
    FAIL,
    /** Send the source from its beginning. */
    RESTART,
    /** Continue at the position: what was sent before it is not wanted any more. */
    CONTINUE
  }

  /** The usual ones, in records of that many samples, as fast as possible. */
  public static SendSettings standard(int batchSamples) {
    return new SendSettings(
        batchSamples,
        0,
        USUAL_INTERVAL,
        USUAL_INTERVAL,
        Resume.AUTO,
        RecreatedTopic.FAIL,
        HealthTimeout.STANDARD,
        USUAL_CLOSE_TIMEOUT);
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
            USUAL_INTERVAL.toMillis(),
            Range.atLeast(0),
            Importance.MEDIUM,
            "How long, in milliseconds, a record waits for more samples from standard input before"
                + " it is sent with fewer.")
        .define(
            COMMIT_INTERVAL,
            ConfigDef.Type.LONG,
            USUAL_INTERVAL.toMillis(),
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
                + " model stopped: auto (finite sources do, endless ones do not), always, never.")
        .define(
            RECREATED_TOPIC,
            ConfigDef.Type.STRING,
            "fail",
            ConfigDef.CaseInsensitiveValidString.in("fail", "restart", "continue"),
            Importance.LOW,
            "What a resumable run does if the batches topic was recreated since an earlier run, so"
                + " that the samples it sent are gone: fail (end with an error), restart (send the"
                + " source from its beginning), continue (leave these samples out).")
        .define(
            CLOSE_TIMEOUT,
            ConfigDef.Type.LONG,
            USUAL_CLOSE_TIMEOUT.toMillis(),
            Range.between(0, Duration.ofMinutes(10).toMillis()),
            Importance.MEDIUM,
            "How long, in milliseconds, a run that is asked to end (Ctrl-C, TERM) waits until the"
                + " brokers have committed what it has read. What is not committed then is dropped"
                + " and reported, with status 1.");
  }
}
