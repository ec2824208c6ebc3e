package dev.tidemill.producer.requests;

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
 * @param timeout how long an answer is awaited
 * @param sendLabels whether the truth, where it is known, is sent to `labels`
 * @param idPrefix what stands before a sample's place in its request's id
 */
public record RequestSettings(
    double rate, int mostOutstanding, Duration timeout, boolean sendLabels, String idPrefix) {
  public static final String RATE = "requests.rate";
  public static final String MOST_OUTSTANDING = "requests.max.outstanding";
  public static final String TIMEOUT = "requests.timeout.ms";
  public static final String LABELS = "requests.labels";

  public static RequestSettings from(Settings settings) {
    return new RequestSettings(
        settings.getDouble(RATE),
        settings.getInt(MOST_OUTSTANDING),
        settings.getDuration(TIMEOUT),
        settings.getBoolean(LABELS),
        "");
  }

  /** The same, with ids that no other sender to these topics uses. */
  public RequestSettings withIdPrefix(String prefix) {
    return new RequestSettings(rate, mostOutstanding, timeout, sendLabels, prefix);
  }

  /** The same at another rate. */
  public RequestSettings withRate(double perSecond) {
    return new RequestSettings(perSecond, mostOutstanding, timeout, sendLabels, idPrefix);
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
            TIMEOUT,
            ConfigDef.Type.LONG,
            30_000,
            Range.atLeast(1),
            Importance.MEDIUM,
            "How long, in milliseconds, an answer is awaited before it is counted as missing.")
        .define(
            LABELS,
            ConfigDef.Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether the truth, where the source knows it, is sent to the labels topic.");
  }
}
