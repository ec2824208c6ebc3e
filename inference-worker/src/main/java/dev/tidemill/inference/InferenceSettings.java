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
 * The settings of an inference worker, besides those of Kafka. {@link #configDef} documents each.
 *
 * @param worker the worker's name in answers and logs, unique among the model's workers
 * @param threads number of serving threads
 * @param healthTimeout a serving thread that does not return for this long degrades the worker
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

  private static final int MAX_THREADS = 256;
  private static final int LARGEST_BATCH_SIZE = 65_536;
  private static final int MAX_DELAY_MS = 60_000;

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
            "Name of the inference worker, unique among the model's workers; random by default. A"
                + " worker that starts with the name of a running one takes over from it.")
        .define(
            THREADS,
            ConfigDef.Type.INT,
            1,
            between(1, MAX_THREADS),
            MEDIUM,
            "Number of serving threads. Each is a member of the consumer group with its own"
                + " partitions. All share one copy of the model's parameters.")
        .define(
            MAX_BATCH_SIZE,
            ConfigDef.Type.INT,
            64,
            between(1, LARGEST_BATCH_SIZE),
            HIGH,
            "Maximum number of requests in a micro-batch.")
        .define(
            MAX_QUEUE_DELAY,
            ConfigDef.Type.LONG,
            0L,
            between(0, MAX_DELAY_MS),
            MEDIUM,
            "How long, in milliseconds, a request may wait for others to join its micro-batch. 0"
                + " disables waiting; requests that arrive while a batch computes form the next"
                + " batch.")
        .define(
            PROCESSING_GUARANTEE,
            ConfigDef.Type.STRING,
            ProcessingGuarantee.EXACTLY_ONCE.word(),
            ValidString.in(
                ProcessingGuarantee.EXACTLY_ONCE.word(), ProcessingGuarantee.AT_LEAST_ONCE.word()),
            HIGH,
            "exactly_once: each request has exactly one answer among the committed predictions,"
                + " even after crashes. at_least_once: answers come sooner, but a crash may cause"
                + " duplicates.");
  }
}
