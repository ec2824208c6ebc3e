package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with Avro's encoder, with byte fields below and above the size that is referenced. */
final class GatheringEncoderTest {
  private final RecordWriter writer = new RecordWriter();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 5000, 1 << 20})
  void writesByteFieldsOfAnyLength(int length) throws IOException {
    same(new CheckpointChunk(7L, 3, random(length)));
    same(new CheckpointChunk(7L, 3, direct(random(length))));
    same(new CheckpointChunk(7L, 3, random(length).asReadOnlyBuffer()));
  }

  @Test
  void writesPartOfABuffer() throws IOException {
    ByteBuffer part = random(5000).position(1000).limit(4000);
    same(new CheckpointChunk(1L, 1, part));
    assertThat(part.position()).isEqualTo(1000);
  }

  @Test
  void writesSeveralLargeFieldsInOrder() throws IOException {
    TrainingBatch batch = Samples.batch(1);
    batch.setInputs(tensor(700));
    batch.setLabels(tensor(300));
    batch.setMetadata(Map.of("long", "x".repeat(9000)));
    same(batch);
    batch.setLabels(tensor(30));
    same(batch);
    batch.setInputs(tensor(0));
    same(batch);
  }

  @Test
  void writesManySmallValues() throws IOException {
    float[] values = new float[4000];
    Tensor tensor = Tensors.float32(new long[] {values.length}, values);
    tensor.setShape(new Random(1).longs(4000).boxed().toList());
    tensor.setScale(-0.0);
    same(tensor);
  }

  @Test
  void writesAllKindsOfPredictions() throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < 500; i++) {
      float[] outputs = new float[random.nextInt(20)];
      List<Float> boxed = new ArrayList<>();
      for (int j = 0; j < outputs.length; j++) {
        outputs[j] = Float.intBitsToFloat(random.nextInt());
        boxed.add(outputs[j]);
      }
      Prediction prediction =
          Prediction.newBuilder()
              .setRequestId(text(random))
              .setRequestTopicId(text(random))
              .setRequestPartition(random.nextInt())
              .setRequestOffset(random.nextLong())
              .setModel(text(random))
              .setModelVersion(random.nextLong())
              .setVersionAgeMs(random.nextInt())
              .setLabel(random.nextBoolean() ? random.nextInt() : null)
              .setOutputs(boxed)
              .setQueuedUs(random.nextLong())
              .setComputedUs(random.nextInt(1000))
              .setBatchSize(random.nextInt(64))
              .setRequestedAt(Instant.ofEpochMilli(random.nextLong() >> 4))
              .setCreatedAt(Instant.ofEpochMilli(random.nextInt()))
              .setWorker(text(random))
              .setError(random.nextBoolean() ? text(random) : null)
              .build();
      same(prediction);
      prediction.setOutputs(new FloatList(outputs));
      same(prediction);
    }
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(300), 0, 0x2000)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private void same(SpecificRecord record) throws IOException {
    byte[] head = {1, 2, 3};
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(head);
    BinaryEncoder avros = EncoderFactory.get().binaryEncoder(expected, null);
    new SpecificDatumWriter<SpecificRecord>(
            record.getSchema(), SpecificData.getForClass(record.getClass()))
        .write(record, avros);
    avros.flush();
    assertThat(writer.write(head, record)).isEqualTo(expected.toByteArray());
  }

  private static Tensor tensor(int length) {
    return Tensor.newBuilder()
        .setDtype(DType.UINT8)
        .setShape(List.of((long) length))
        .setData(random(length))
        .build();
  }

  private static ByteBuffer random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static ByteBuffer direct(ByteBuffer heap) {
    return ByteBuffer.allocateDirect(heap.remaining()).put(heap.duplicate()).flip();
  }
}
