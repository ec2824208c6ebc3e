package dev.tidemill.dashboard.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.FeatureComparison;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSampleTest {
  private static final int MOST = 6;

  private final Contract contract = contract();
  private final BatchSample sample = new BatchSample(contract, MOST);

  @Test
  void measuresUpToItsLimitAndPartOfALargeRecord() {
    sample.add(batch(1, Tensors.float32(new long[] {4, 2}, new float[] {1, 0, 1, 0, 1, 0, 1, 0})));
    assertThat(sample.isFull()).isFalse();
    sample.add(batch(1, Tensors.float32(new long[] {3, 2}, new float[] {4, 0, 4, 0, 99, 0})));

    assertThat(sample.isFull()).isTrue();
    BatchStatistics statistics = sample.statistics(7);
    assertThat(statistics.at()).isEqualTo(7);
    assertThat(statistics.samples()).isEqualTo(MOST);
    FeatureComparison first = statistics.features().get(0);
    double raw = 2 * contract.features().get(0).getDeviation();
    assertThat(first.mean()).isCloseTo(raw + contract.features().get(0).getMean(), within(1e-5));
    assertThat(statistics.first(1).features()).containsExactly(first);
  }

  @Test
  void countsWhatIsNoneOfTheContracts() {
    sample.add(batch(2, Tensors.float32(new long[] {1, 2}, new float[2])));
    sample.add(batch(1, Tensors.float32(new long[] {1, 3}, new float[3])));
    sample.add(batch(1, Tensors.float32(new long[] {}, new float[1])));
    sample.add(batch(1, Tensors.float32(new long[] {1L << 40, 0}, new float[0])));
    sample.add(
        batch(1, new Tensor(DType.FLOAT32, List.of(2L, 2L), ByteBuffer.allocate(3), 1.0, 0.0)));
    sample.addUnusable();

    BatchStatistics statistics = sample.statistics(7);
    assertThat(statistics.samples()).isZero();
    assertThat(statistics.otherVersions()).isEqualTo(1);
    assertThat(statistics.unusable()).isEqualTo(5);
    assertThat(statistics.features().get(0).mean()).isNull();
  }

  private static TrainingBatch batch(int contract, Tensor inputs) {
    return TrainingBatch.newBuilder()
        .setSource("test")
        .setSequence(0)
        .setFirstSample(0)
        .setInputs(inputs)
        .setLabels(Tensors.int32(new long[] {1}, new int[1]))
        .setContract(contract)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private static Contract contract() {
    List<ColumnSurvey> columns = List.of(new ColumnSurvey("a"), new ColumnSurvey("b"));
    ColumnSurvey label = new ColumnSurvey("label");
    for (int i = 0; i < 50; i++) {
      columns.get(0).add(i * 0.5);
      columns.get(1).add(-i * 0.25);
      label.add(i % 2 == 0 ? "even" : "odd");
    }
    return ContractDeriver.derive(
            columns, List.of(label), DeriveOptions.DEFAULT.withStandardize(true))
        .asFirst("model", "test", Instant.EPOCH);
  }
}
