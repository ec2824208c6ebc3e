package dev.tidemill.benchmarks.watching;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import dev.tidemill.schemas.tensor.Tensors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What producers send, and what workers say of themselves. */
final class TrainingRecords {
  static final int CLASSES = 10;
  static final int FEATURES = 16;

  private final String model;
  private final int perSecond;
  private final Instant started = Instant.now();
  private final Tensor inputs = Tensors.float32(new long[] {1, FEATURES}, new float[FEATURES]);
  private final List<Feature> features =
      IntStream.range(0, FEATURES)
          .mapToObj(i -> Feature.newBuilder().setName("f" + i).setKind(FeatureKind.NUMBER).build())
          .toList();
  private final LabelContract label =
      LabelContract.newBuilder()
          .setName("class")
          .setKind(LabelKind.CLASS)
          .setClasses(IntStream.range(0, CLASSES).mapToObj(i -> "c" + i).toList())
          .build();

  TrainingRecords(String model, int perSecond) {
    this.model = model;
    this.perSecond = perSecond;
  }

  /** Each version only says something about itself, so all batches mean the same. */
  DataContract contract(int version, Instant now) {
    return DataContract.newBuilder()
        .setModel(model)
        .setVersion(version)
        .setCompatibleSince(1)
        .setDtype(DType.FLOAT32)
        .setShape(List.of((long) FEATURES))
        .setFeatures(features)
        .setLabel(label)
        .setCreatedAt(now)
        .build();
  }

  TrainingBatch batch(long number, int contract, Instant now) {
    return TrainingBatch.newBuilder()
        .setSource("bench")
        .setSequence(number)
        .setFirstSample(number)
        .setInputs(inputs)
        .setLabels(Tensors.int32(new long[] {1}, new int[] {(int) (number % CLASSES)}))
        .setContract(contract)
        .setCreatedAt(now)
        .build();
  }

  /** The trainer's progress, its status, its progress, the inference worker's status, and so on. */
  ProgressEvent progress(long number, long version, Instant now) {
    return ProgressEvent.newBuilder()
        .setEvent(
            switch ((int) (number % 4)) {
              case 1 -> status(WorkerRole.TRAINER, "trainer-1", version, now);
              case 3 -> status(WorkerRole.INFERENCE, "inference-1", version, now);
              default -> training(number, version, now);
            })
        .build();
  }

  private WorkerStatus status(WorkerRole role, String worker, long version, Instant now) {
    return WorkerStatus.newBuilder()
        .setModel(model)
        .setWorker(worker)
        .setRole(role)
        .setState("READY")
        .setDetail("works")
        .setConditions(List.of())
        .setVersion(version)
        .setHost("bench")
        .setPid(1)
        .setRelease("bench")
        .setFigures(
            Map.of("resident.bytes", 3e8, "commit.ms.p50", 2.0, "commit.ms.p99", 2.0 + version % 9))
        .setStartedAt(started)
        .setCreatedAt(now)
        .build();
  }

  private TrainingProgress training(long number, long version, Instant now) {
    return TrainingProgress.newBuilder()
        .setModel(model)
        .setWorker("trainer-1")
        .setPhase(TrainerPhase.TRAINING)
        .setEpoch(1)
        .setSteps(number)
        .setSamples(number)
        .setSamplesPerSecond(perSecond)
        .setLoss(0.1)
        .setAccuracy(0.9)
        .setLearningRate(0.01)
        .setVersion(version)
        .setRefusedRecords(0)
        .setCreatedAt(now)
        .build();
  }
}
