package dev.tidemill.inference;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * What an inference worker can be told, besides where Kafka is. {@link #configDef} says what each
 * means.
 *
 * @param worker the worker's name in answers and logs, its own among the model's workers
 * @param threads that serve
 * @param healthTimeout after which a serving thread that does not return degrades the worker
 */
public record InferenceSettings(
    String model,
    String worker,
    int threads,
    int maxBatchSize,
    Duration maxQueueDelay,
    ProcessingGuarantee guarantee,
    Duration healthTimeout) {
  public static final String WORKER = "inference.name";
  public static final String THREADS = "inference.threads";
  public static final String MAX_BATCH_SIZE = "max.batch.size";
  public static final String MAX_QUEUE_DELAY = "max.queue.delay.ms";
  public static final String PROCESSING_GUARANTEE = "processing.guarantee";

  private static final int MOST_THREADS = 256;
  private static final int LARGEST_BATCH = 65_536;
  private static final int LONGEST_DELAY_MS = 60_000;

  public static InferenceSettings from(String model, Settings settings) {
    return new InferenceSettings(
        model,
        settings.isSet(WORKER) ? settings.getString(WORKER) : newWorkerName(),
        settings.getInt(THREADS),
        settings.getInt(MAX_BATCH_SIZE),
        settings.getDuration(MAX_QUEUE_DELAY),
        ProcessingGuarantee.of(settings.getString(PROCESSING_GUARANTEE)),
        HealthTimeout.of(settings));
  }

  private static String newWorkerName() {
    return "inference-" + UUID.randomUUID().toString().substring(0, 8);
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            WORKER,
            ConfigDef.Type.STRING,
            null,
            MEDIUM,
            "The inference worker's name, its own among the model's; a random one unless set. A"
                + " worker that starts with the name of a running one takes over from it.")
        .define(
            THREADS,
            ConfigDef.Type.INT,
            1,
            between(1, MOST_THREADS),
            MEDIUM,
            "Threads that serve, each as a member of the group with partitions of its own; all"
                + " over one copy of the model's parameters.")
        .define(
            MAX_BATCH_SIZE,
            ConfigDef.Type.INT,
            64,
            between(1, LARGEST_BATCH),
            HIGH,
            "Most requests that are computed together.")
        .define(
            MAX_QUEUE_DELAY,
            ConfigDef.Type.LONG,
            0L,
            between(0, LONGEST_DELAY_MS),
            MEDIUM,
            "Most milliseconds that a request is kept waiting for others, to be computed together"
                + " with them. 0: none is; what comes while the requests before are in the making"
                + " is computed together all the same.")
        .define(
            PROCESSING_GUARANTEE,
            ConfigDef.Type.STRING,
            ProcessingGuarantee.EXACTLY_ONCE.word(),
            ValidString.in(
                ProcessingGuarantee.EXACTLY_ONCE.word(), ProcessingGuarantee.AT_LEAST_ONCE.word()),
            HIGH,
            "exactly_once: each request has one answer among committed predictions, whatever dies"
                + " when. at_least_once: sooner, and a crash may answer a request again.");
  }
}
