package dev.tidemill.producer.requests;

import dev.tidemill.runtime.ByteBudget;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * How a model is asked.
 *
 * @param rate requests a second, whatever the answers do; 0 for as fast as they are answered
 * @param mostOutstanding requests that may be without an answer at once
 * @param mostOutstandingBytes that these may take, with what is known of them
 * @param healthTimeout how long requests may wait for their acknowledgement
 * @param timeout how long an answer is awaited
 * @param sendLabels whether the truth, where it is known, is sent to `labels`
 * @param idPrefix what stands before a sample's place in its request's id
 */
public record RequestSettings(
    double rate,
    int mostOutstanding,
    long mostOutstandingBytes,
    Duration healthTimeout,
    Duration timeout,
    boolean sendLabels,
    String idPrefix) {
  public static final String RATE = "requests.rate";
  public static final String MOST_OUTSTANDING = "requests.max.outstanding";
  public static final String MOST_OUTSTANDING_BYTES = "requests.max.outstanding.bytes";
  public static final String TIMEOUT = "requests.timeout.ms";
  public static final String LABELS = "requests.labels";

  public static RequestSettings from(Settings settings) {
    return new RequestSettings(
        settings.getDouble(RATE),
        settings.getInt(MOST_OUTSTANDING),
        settings.getLong(MOST_OUTSTANDING_BYTES),
        HealthTimeout.of(settings),
        settings.getDuration(TIMEOUT),
        settings.getBoolean(LABELS),
        "");
  }

  /** The same, with ids that no other sender to these topics uses. */
  public RequestSettings withIdPrefix(String prefix) {
    return new RequestSettings(
        rate, mostOutstanding, mostOutstandingBytes, healthTimeout, timeout, sendLabels, prefix);
  }

  /** The same at another rate. */
  public RequestSettings withRate(double perSecond) {
    return new RequestSettings(
        perSecond,
        mostOutstanding,
        mostOutstandingBytes,
        healthTimeout,
        timeout,
        sendLabels,
        idPrefix);
  }

  /** A budget of its own for requests without an answer. */
  ByteBudget outstanding() {
    return new ByteBudget(mostOutstandingBytes, mostOutstanding);
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            RATE,
            ConfigDef.Type.DOUBLE,
            0,
            Range.atLeast(0),
            Importance.HIGH,
            "Requests sent a second, whatever the answers do (an open loop); 0: as fast as they are"
                + " answered.")
        .define(
            MOST_OUTSTANDING,
            ConfigDef.Type.INT,
            1000,
            Range.between(1, 1_000_000),
            Importance.LOW,
            "Requests that may be without an answer at once; sending waits while there are more.")
        .define(
            MOST_OUTSTANDING_BYTES,
            ConfigDef.Type.LONG,
            64L << 20,
            Range.atLeast(1),
            Importance.LOW,
            "Bytes that requests without an answer may take at once; sending waits while there are"
                + " more.")
        .define(
            TIMEOUT,
            ConfigDef.Type.LONG,
            30_000,
            Range.atLeast(1),
            Importance.MEDIUM,
            "How long, in milliseconds, an answer is awaited. One that comes later, while other"
                + " requests are still awaited, is marked as late; without one, the request is"
                + " missing.")
        .define(
            LABELS,
            ConfigDef.Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether the truth, where the source knows it, is sent to the labels topic.");
  }
}
