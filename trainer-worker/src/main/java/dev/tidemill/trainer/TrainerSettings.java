package dev.tidemill.trainer;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import dev.tidemill.trainer.drift.DriftPolicy;
import dev.tidemill.trainer.drift.DriftSettings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * The settings of a trainer, without the spec and the Kafka clients. {@link #configDef} documents
 * each.
 *
 * @param worker the trainer's name in events and logs
 * @param healthTimeout how long a step or a commit may take before the trainer is degraded; slow
 *     models and large states get more time
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
    DataGateMode dataGate,
    double dataGatePsi,
    DriftSettings drift,
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
  public static final String DATA_GATE = "data.gate";
  public static final String DATA_GATE_PSI = "data.gate.psi";
  public static final String METRICS_STEPS = "trainer.metrics.steps";
  public static final String PROGRESS_INTERVAL = "progress.interval.ms";
  public static final String ENGINE_THREADS = "engine.threads";

  /** Largest chunk that fits into one record with its envelope. */
  private static final int LARGEST_CHUNK = 15 * 1024 * 1024;

  /**
   * Reads settings that were checked against {@link #configDef}.
   *
   * @param model the model's name
   * @throws InvalidSettingsException if a policy of drift does not fit the run
   */
  public static TrainerSettings from(String model, Settings settings) {
    DriftSettings drift = DriftSettings.from(settings);
    if (drift.policy() == DriftPolicy.RETRAIN && settings.getInt(EPOCHS) > 0) {
      throw new InvalidSettingsException(
          List.of(
              ("%s=retrain needs an endless run: set %s to 0 (with %s=true, it ends at the end of"
                      + " the log), or choose another %s")
                  .formatted(DriftSettings.POLICY, EPOCHS, EXIT_AT_END, DriftSettings.POLICY)));
    }
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
        DataGateMode.of(settings.getString(DATA_GATE)),
        settings.getDouble(DATA_GATE_PSI),
        drift,
        settings.getInt(METRICS_STEPS),
        settings.getDuration(PROGRESS_INTERVAL),
        settings.getInt(ENGINE_THREADS),
        HealthTimeout.of(settings));
  }

  public static ConfigDef configDef() {
    return DriftSettings.define(withoutDrift());
  }

  private static ConfigDef withoutDrift() {
    return new ConfigDef()
        .define(
            WORKER,
            ConfigDef.Type.STRING,
            null,
            LOW,
            "Name of the trainer in events and logs; random if unset.")
        .define(
            EPOCHS,
            ConfigDef.Type.INT,
            0,
            atLeast(0),
            HIGH,
            "Number of epochs of a bounded run, which reads the records that the log holds when it"
                + " starts. 0: an endless run, which reads records as they arrive.")
        .define(
            EXIT_AT_END,
            ConfigDef.Type.BOOLEAN,
            false,
            HIGH,
            "Whether an endless run ends at the log end that it found when it started.")
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
            "Number of newest versions whose weights are kept. A pinned version keeps them, too.")
        .define(
            CHECKPOINT_CHUNK_BYTES,
            ConfigDef.Type.INT,
            512 * 1024,
            between(1024, LARGEST_CHUNK),
            LOW,
            "Size, in bytes, of the records that weights are split into.")
        .define(
            QUEUE_RECORDS,
            ConfigDef.Type.INT,
            64,
            atLeast(1),
            LOW,
            "Maximum number of decoded records that wait for the training thread.")
        .define(
            QUEUE_BYTES,
            ConfigDef.Type.LONG,
            64L << 20,
            atLeast(1),
            LOW,
            "Maximum bytes of records in memory: records that wait for the training thread, records"
                + " of the step that is being assembled, and refused records (at most half) whose"
                + " dead letters are not committed yet. One poll, or a step that needs more, may"
                + " exceed it.")
        .define(
            MAX_REFUSED_SHARE,
            ConfigDef.Type.DOUBLE,
            0.1,
            between(0, 1),
            MEDIUM,
            "Maximum share of a run's records that may be refused. If more are, training stops and"
                + " names the reasons. Checked from the "
                + RefusalTally.CHECKED_FROM
                + "th refused record on. 1 disables the check.")
        .define(
            ACCEPT_GAP,
            ConfigDef.Type.BOOLEAN,
            false,
            MEDIUM,
            "Whether a starting trainer skips records that retention deleted before they were"
                + " trained. The next version records the gap. If false, deleted records are an"
                + " error.")
        .define(
            DATA_GATE,
            ConfigDef.Type.STRING,
            DataGateMode.OFF.word(),
            ValidString.in(DataGateMode.words()),
            MEDIUM,
            "What happens to a batch whose features or labels differ from the data that the"
                + " contract was derived from, by more than chance explains. off: it is not"
                + " compared. warn: it is trained, with a notice and a metric. quarantine: it"
                + " becomes a dead letter.")
        .define(
            DATA_GATE_PSI,
            ConfigDef.Type.DOUBLE,
            0.25,
            atLeast(0),
            LOW,
            "Largest population stability index of a feature that data.gate accepts, beyond what"
                + " chance explains in a batch of its size.")
        .define(
            METRICS_STEPS,
            ConfigDef.Type.INT,
            1,
            atLeast(1),
            LOW,
            "Number of steps between two reads of the loss. Each read waits for the device. With 1,"
                + " the figures are bit-identical wherever checkpoints fall.")
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
            "Number of threads that compute one step. 0: the number that a short measurement at the"
                + " start finds worthwhile. Results are bit-identical for any number.");
  }
}
