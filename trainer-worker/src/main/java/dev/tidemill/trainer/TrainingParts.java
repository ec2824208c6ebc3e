package dev.tidemill.trainer;

import dev.tidemill.engine.TrainingSpec;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The parts of a {@link Training}.
 *
 * @param topic the batches topic, for error messages
 */
record TrainingParts(
    String topic,
    Optional<TrainingSpec.Stop> stop,
    Learner learner,
    EpochLedger ledger,
    TrainedRanges coverage,
    StepAssembler assembler,
    Checkpoints checkpoints,
    RefusalTally refusals,
    ProgressReporter progress,
    TrainerListener listener,
    TrainerMetrics metrics,
    LongSupplier nanoTime,
    StepTimes times) {}
