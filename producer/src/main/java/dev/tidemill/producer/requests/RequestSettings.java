package dev.tidemill.producer.requests;

import dev.tidemill.runtime.ByteBudget;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * Settings for sending prediction requests.
 *
 * @param rate requests per second, independent of the answers; 0 for as fast as they are answered
 * @param maxOutstanding maximum number of requests without an answer
 * @param maxOutstandingBytes maximum memory of these requests in bytes, bookkeeping included
 * @param healthTimeout how long requests may wait for their acknowledgement
 * @param timeout how long to wait for an answer
 * @param deadline how long after its sending a request may be answered; zero for any time
 * @param sendLabels whether known labels are sent to the labels topic
 * @param idPrefix prefix of the sample number in a request id
 */
public record RequestSettings(
    double rate,
    int maxOutstanding,
    long maxOutstandingBytes,
    Duration healthTimeout,
    Duration timeout,
    Duration deadline,
    boolean sendLabels,
    String idPrefix) {
  public static final String RATE = "requests.rate";
  public static final String MAX_OUTSTANDING = "requests.max.outstanding";
  public static final String MAX_OUTSTANDING_BYTES = "requests.max.outstanding.bytes";
  public static final String TIMEOUT = "requests.timeout.ms";
  public static final String DEADLINE = "requests.deadline.ms";
  public static final String LABELS = "requests.labels";

  public static RequestSettings from(Settings settings) {
    return new RequestSettings(
        settings.getDouble(RATE),
        settings.getInt(MAX_OUTSTANDING),
        settings.getLong(MAX_OUTSTANDING_BYTES),
        HealthTimeout.of(settings),
        settings.getDuration(TIMEOUT),
        settings.getDuration(DEADLINE),
        settings.getBoolean(LABELS),
        "");
  }

  /** Returns a copy with a prefix that separates its request ids from those of other senders. */
  public RequestSettings withIdPrefix(String prefix) {
    return new RequestSettings(
        rate,
        maxOutstanding,
        maxOutstandingBytes,
        healthTimeout,
        timeout,
        deadline,
        sendLabels,
        prefix);
  }

  /** Returns a copy with another rate. */
  public RequestSettings withRate(double perSecond) {
    return new RequestSettings(
        perSecond,
        maxOutstanding,
        maxOutstandingBytes,
        healthTimeout,
        timeout,
        deadline,
        sendLabels,
        idPrefix);
  }

  /** Creates a budget for requests without an answer. */
  ByteBudget outstanding() {
    return new ByteBudget(maxOutstandingBytes, maxOutstanding);
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            RATE,
            ConfigDef.Type.DOUBLE,
            0,
            Range.atLeast(0),
            Importance.HIGH,
            "Requests sent per second, independent of the answers (open loop); 0 means as fast as"
                + " they are answered.")
        .define(
            MAX_OUTSTANDING,
            ConfigDef.Type.INT,
            1000,
            Range.between(1, 1_000_000),
            Importance.LOW,
            "Maximum number of requests without an answer; sending waits at this limit.")
        .define(
            MAX_OUTSTANDING_BYTES,
            ConfigDef.Type.LONG,
            64L << 20,
            Range.atLeast(1),
            Importance.LOW,
            "Maximum memory, in bytes, of requests without an answer; sending waits at this limit.")
        .define(
            TIMEOUT,
            ConfigDef.Type.LONG,
            30_000,
            Range.atLeast(1),
            Importance.MEDIUM,
            "How long, in milliseconds, to wait for an answer. An answer that arrives later, while"
                + " other requests are outstanding, counts as late. A request without an answer"
                + " counts as missing.")
        .define(
            DEADLINE,
            ConfigDef.Type.LONG,
            0,
            Range.atLeast(0),
            Importance.MEDIUM,
            "How long, in milliseconds, after its sending a request may be answered. A worker that"
                + " comes to it later answers with an error, so that a backlog of requests that"
                + " nobody waits for is not computed. 0 means no deadline.")
        .define(
            LABELS,
            ConfigDef.Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether to send the labels that the source knows to the labels topic.");
  }
}
