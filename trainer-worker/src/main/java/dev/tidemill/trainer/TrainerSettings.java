package dev.tidemill.trainer;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What a trainer can be told, besides the spec and where Kafka is. {@link #configDef} says what
 * each means.
 *
 * @param worker the trainer's name in events and logs
 * @param healthTimeout how long a step or a commit may take before the trainer is degraded; those
 *     of a slow model or a large state may take longer
 */
public record TrainerSettings(
    String model,
    String worker,
    int epochs,
    boolean exitAtEnd,
    long checkpointSamples,
    Duration checkpointInterval,
    int checkpointKeep,
    int checkpointChunkBytes,
    int queueRecords,
    long queueBytes,
    double maxRefusedShare,
    boolean acceptGap,
    int metricsSteps,
    Duration progressInterval,
    int engineThreads,
    Duration healthTimeout) {
  public static final String WORKER = "trainer.name";
  public static final String EPOCHS = "trainer.epochs";
  public static final String EXIT_AT_END = "trainer.exit.at.end";
  public static final String CHECKPOINT_INTERVAL_SAMPLES = "checkpoint.interval.samples";
  public static final String CHECKPOINT_INTERVAL = "checkpoint.interval.ms";
  public static final String CHECKPOINT_KEEP = "checkpoint.keep";
  public static final String CHECKPOINT_CHUNK_BYTES = "checkpoint.chunk.bytes";
  public static final String QUEUE_RECORDS = "trainer.queue.records";
  public static final String QUEUE_BYTES = "trainer.queue.bytes";
  public static final String MAX_REFUSED_SHARE = "max.refused.share";
  public static final String ACCEPT_GAP = "trainer.accept.gap";
  public static final String METRICS_STEPS = "trainer.metrics.steps";
  public static final String PROGRESS_INTERVAL = "progress.interval.ms";
  public static final String ENGINE_THREADS = "engine.threads";

  /** Most that fits into one record, with room for what is around it. */
  private static final int LARGEST_CHUNK = 15 * 1024 * 1024;

  /**
   * Out of settings that were checked against {@link #configDef}.
   *
   * @param model the model's name
   */
  public static TrainerSettings from(String model, Settings settings) {
    return new TrainerSettings(
        model,
        settings.isSet(WORKER)
            ? settings.getString(WORKER)
            : "trainer-" + UUID.randomUUID().toString().substring(0, 8),
        settings.getInt(EPOCHS),
        settings.getBoolean(EXIT_AT_END),
        settings.getLong(CHECKPOINT_INTERVAL_SAMPLES),
        settings.getDuration(CHECKPOINT_INTERVAL),
        settings.getInt(CHECKPOINT_KEEP),
        settings.getInt(CHECKPOINT_CHUNK_BYTES),
        settings.getInt(QUEUE_RECORDS),
        settings.getLong(QUEUE_BYTES),
        settings.getDouble(MAX_REFUSED_SHARE),
        settings.getBoolean(ACCEPT_GAP),
        settings.getInt(METRICS_STEPS),
        settings.getDuration(PROGRESS_INTERVAL),
        settings.getInt(ENGINE_THREADS),
        HealthTimeout.of(settings));
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            WORKER,
            ConfigDef.Type.STRING,
            null,
            LOW,
            "The trainer's name in events and logs; a random one unless set.")
        .define(
            EPOCHS,
            ConfigDef.Type.INT,
            0,
            atLeast(0),
            HIGH,
            "How often a bounded run reads the records that are there when it begins; 0: an endless"
                + " run, which reads records as they arrive.")
        .define(
            EXIT_AT_END,
            ConfigDef.Type.BOOLEAN,
            false,
            HIGH,
            "Whether an endless run ends after what stood in the log when it began.")
        .define(
            CHECKPOINT_INTERVAL_SAMPLES,
            ConfigDef.Type.LONG,
            8192L,
            atLeast(1),
            HIGH,
            "Publishes a version every N samples, at the end of a step.")
        .define(
            CHECKPOINT_INTERVAL,
            ConfigDef.Type.LONG,
            10_000L,
            atLeast(1),
            HIGH,
            "Publishes a version every N milliseconds if a sample was trained since the last one;"
                + " otherwise commits dead letters and offsets only.")
        .define(
            CHECKPOINT_KEEP,
            ConfigDef.Type.INT,
            10,
            atLeast(1),
            MEDIUM,
            "How many of the newest versions keep their weights; pinned ones keep them, too.")
        .define(
            CHECKPOINT_CHUNK_BYTES,
            ConfigDef.Type.INT,
            512 * 1024,
            between(1024, LARGEST_CHUNK),
            LOW,
            "Weights are cut into records of so many bytes.")
        .define(
            QUEUE_RECORDS,
            ConfigDef.Type.INT,
            64,
            atLeast(1),
            LOW,
            "How many decoded records may wait for the training thread.")
        .define(
            QUEUE_BYTES,
            ConfigDef.Type.LONG,
            64L << 20,
            atLeast(1),
            LOW,
            "How many bytes of records are held: those that wait for the training thread, those of"
                + " the step that is being assembled, and refused ones (at most half) whose dead"
                + " letters are not committed yet. What one poll brings, and what a step needs, may"
                + " go beyond it.")
        .define(
            MAX_REFUSED_SHARE,
            ConfigDef.Type.DOUBLE,
            0.1,
            between(0, 1),
            MEDIUM,
            "Training stops with the reasons once a larger share of a run's records is refused;"
                + " judged from the "
                + RefusalTally.JUDGED_FROM
                + "th refused record on. 1: never.")
        .define(
            ACCEPT_GAP,
            ConfigDef.Type.BOOLEAN,
            false,
            MEDIUM,
            "Whether a trainer that starts goes on behind records that retention deleted before"
                + " they were trained. The next version records the gap. Otherwise they are an"
                + " error.")
        .define(
            METRICS_STEPS,
            ConfigDef.Type.INT,
            1,
            atLeast(1),
            LOW,
            "How many steps are taken between two readings of the loss. A device is waited for at"
                + " each; 1 makes the figures independent of where checkpoints fall, to the bit.")
        .define(
            PROGRESS_INTERVAL,
            ConfigDef.Type.LONG,
            2000L,
            atLeast(1),
            LOW,
            "Reports progress every N milliseconds.")
        .define(
            ENGINE_THREADS,
            ConfigDef.Type.INT,
            0,
            atLeast(0),
            LOW,
            "Threads that compute one step; 0: as many as a short measurement at the start finds"
                + " worth it. What is computed does not depend on it, to the bit.");
  }
}
