package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleOrigin;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BatchAssemblerTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  private final CountingSource source = CountingSource.of(100);
  private final BatchAssembler assembler =
      new BatchAssembler(
          source.description().key(),
          2,
          true,
          new SourcePosition(5, 40, ""),
          null,
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void continuesNumbersFromItsPosition() {
    assembler.use(3);
    add(source.at(40));
    assertThat(assembler.isFull()).isFalse();
    add(source.at(41));
    assertThat(assembler.isFull()).isTrue();
    AssembledBatch built = assembler.build();
    TrainingBatch batch = Objects.requireNonNull(built.batch());

    assertThat(batch.getSource()).isEqualTo("count:100");
    assertThat(batch.getSequence()).isEqualTo(5);
    assertThat(batch.getFirstSample()).isEqualTo(40);
    assertThat(batch.getNextSample()).isEqualTo(42);
    assertThat(batch.getCreatedAt()).isEqualTo(NOW);
    assertThat(batch.getInputs().getShape()).containsExactly(2L, 1L);
    assertThat(batch.getInputs().getData()).isEqualTo(ByteBuffer.wrap(new byte[] {40, 41}));
    assertThat(batch.getLabels().getDtype()).isEqualTo(DType.INT32);
    assertThat(batch.getLabels().getShape()).containsExactly(2L);
    assertThat(batch.getLabels().getData())
        .isEqualTo(ByteBuffer.wrap(new byte[] {40, 0, 0, 0, 41, 0, 0, 0}));
    assertThat(built.before()).isEqualTo(new SourcePosition(5, 40, ""));
    assertThat(built.after()).isEqualTo(new SourcePosition(6, 42, ""));
    assertThat(built.samples()).isEqualTo(2);
    assertThat(batch.getContract()).isEqualTo(3);
    assertThat(batch.getWeights()).isNull();
    assertThat(assembler.isEmpty()).isTrue();
  }

  @Test
  void targetsAddADimension() {
    add(sample(List.of(1L), new SampleLabel.Targets(List.of(0.5f, 2f))));
    AssembledBatch built = assembler.build();
    TrainingBatch batch = Objects.requireNonNull(built.batch());
    assertThat(batch.getLabels().getDtype()).isEqualTo(DType.FLOAT32);
    assertThat(batch.getLabels().getShape()).containsExactly(1L, 2L);
    assertThat(batch.getLabels().getData().order(ByteOrder.LITTLE_ENDIAN).getFloat(4))
        .isEqualTo(2f);
  }

  @Test
  void sequencesHaveALabelPerPosition() {
    add(sample(List.of(1L), new SampleLabel.NextBytes(ByteBuffer.wrap(new byte[] {7, -1}))));
    add(sample(List.of(1L), new SampleLabel.NextBytes(ByteBuffer.wrap(new byte[] {8, 9}))));
    AssembledBatch built = assembler.build();
    TrainingBatch batch = Objects.requireNonNull(built.batch());
    assertThat(batch.getLabels().getDtype()).isEqualTo(DType.UINT8);
    assertThat(batch.getLabels().getShape()).containsExactly(2L, 2L);
    assertThat(batch.getLabels().getData()).isEqualTo(ByteBuffer.wrap(new byte[] {7, -1, 8, 9}));
  }

  @Test
  void countsSamplesByTheirNumbersInTheSource() {
    add(source.at(41)); // Sample 40 was left out.
    add(source.at(44));
    AssembledBatch built = assembler.build();
    assertThat(Objects.requireNonNull(built.batch()).getFirstSample()).isEqualTo(41);
    assertThat(built.samples()).isEqualTo(2);
    assertThat(built.after()).isEqualTo(new SourcePosition(6, 45, ""));
    assembler.rewind(built);
    add(source.at(40));
    assertThat(assembler.build().before()).isEqualTo(new SourcePosition(5, 40, ""));
  }

  @Test
  void writesWeightsThatDiffer() {
    Sample sample = source.at(40);
    add(sample.from(new SampleOrigin("", 0, null, 2.0)));
    add(sample);
    Tensor weights = Objects.requireNonNull(built().getWeights());
    assertThat(weights.getShape()).containsExactly(2L);
    assertThat(weights.getData().order(ByteOrder.LITTLE_ENDIAN).getFloat(0)).isEqualTo(2f);
    assertThat(weights.getData().order(ByteOrder.LITTLE_ENDIAN).getFloat(4)).isEqualTo(1f);
  }

  @Test
  void rejectsTooLargeRecordAndNamesTheLargestSize() {
    List<Long> shape = List.of(1L << 23);
    Sample large =
        new Sample(
            0, DType.UINT8, shape, ByteBuffer.allocate(1 << 23), new SampleLabel.ClassNumber(0));
    add(large);
    assertThatThrownBy(() -> add(large))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("a record of 2 samples has 16777216 bytes")
        .hasMessageEndingWith("set send.batch.samples to 1 or less");
  }

  private TrainingBatch built() {
    return Objects.requireNonNull(assembler.build().batch());
  }

  private void add(Sample sample) {
    assembler.add(sample, sample);
  }

  private static Sample sample(List<Long> shape, SampleLabel label) {
    return new Sample(0, DType.UINT8, shape, ByteBuffer.allocate(1), label);
  }
}
