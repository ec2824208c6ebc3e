package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.RecordHeader;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/** Sample records of the main types. */
final class Samples {
  private static final Instant NOON = Instant.ofEpochMilli(1_767_268_800_000L);

  private Samples() {}

  static List<SpecificRecord> all() {
    return List.of(batch(4), checkpoint(), prediction(), control(), deadLetter());
  }

  /** A batch of gray 28 x 28 images. */
  static TrainingBatch batch(int samples) {
    byte[] pixels = new byte[samples * 784];
    new Random(5).nextBytes(pixels);
    return TrainingBatch.newBuilder()
        .setSource("idx:train")
        .setSequence(3)
        .setFirstSample(12)
        .setInputs(Tensors.uint8(new long[] {samples, 1, 28, 28}, pixels, 1 / 255.0, 0))
        .setLabels(Tensors.int32(new long[] {samples}, new int[samples]))
        .setCreatedAt(NOON)
        .setContract(2)
        .setMetadata(Map.of("classes", "0,1,2", "style", "gr\u00fcn"))
        .build();
  }

  private static Checkpoint checkpoint() {
    return Checkpoint.newBuilder()
        .setModel("digits")
        .setVersion(12)
        .setParent(11L)
        .setSpec("name: lenet")
        .setEngine("dl4j")
        .setTopic("tidemill.digits.batches")
        .setTopicId("uZ0mZkJ7Tx6u4cB6C0dC1A")
        .setGaps(List.of(new LostRange(0, 0L, 10L, "retention")))
        .setRanges(List.of(new OffsetRange(0, 1, 10L, 3, 20L, 0)))
        .setPositions(List.of(new ReadPosition(0, 1, 20L, 0)))
        .setBounds(List.of(new PartitionBounds(0, 0L, 100L)))
        .setSteps(100)
        .setSamples(6400)
        .setLoss(0.1)
        .setPayload(new Payload(100L, "ab".repeat(32), List.of(new ChunkLocation(0, 7L, 100))))
        .setCreatedAt(NOON)
        .build();
  }

  static Prediction prediction() {
    return Prediction.newBuilder()
        .setRequestId("17")
        .setRequestTopicId("5zcNh1JXRtmSn8vQ2bCq3w")
        .setRequestPartition(3)
        .setRequestOffset(4711)
        .setModel("digits")
        .setModelVersion(12)
        .setVersionAgeMs(140)
        .setLabel(7)
        .setOutputs(List.of(0.25f, 0.5f, 0.25f))
        .setQueuedUs(10)
        .setComputedUs(20)
        .setBatchSize(1)
        .setRequestedAt(NOON)
        .setCreatedAt(NOON)
        .setWorker("w")
        .build();
  }

  private static ControlEvent control() {
    return new ControlEvent(
        new ControlCommand("c", "digits", ControlAction.PIN, 3L, null, "ops", NOON));
  }

  private static DeadLetter deadLetter() {
    return DeadLetter.newBuilder()
        .setTopic("t")
        .setPartition(1)
        .setOffset(2)
        .setReason("r")
        .setWorker("w")
        .setValue(ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .setHeaders(List.of(new RecordHeader("h", null)))
        .setCreatedAt(NOON)
        .build();
  }
}
