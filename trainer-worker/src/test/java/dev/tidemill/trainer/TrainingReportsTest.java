package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.contract.TargetReport;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.schemas.DataContract;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingReportsTest {
  private static final ModelSpec REGRESSION =
      ModelSpec.parse(
          """
          name: regression
          input: {shape: [1]}
          layers: [{type: linear, name: fc, out_features: 1}]
          loss: mse
          optimizer: {type: sgd, learning_rate: 0.1}
          training: {batch_size: 4, seed: 1}
          """);
  private static final Contract METERS =
      contract(", mean: 0, deviation: 2").asFirst("m", "test", Instant.EPOCH);
  private static final Contract FEET =
      METERS.followedBy(contract(", mean: 0, deviation: 6"), "test", Instant.EPOCH);

  @Test
  void errorsHaveTheUnitOfTheTarget() {
    assertThat(reports().errors(sums(), 1, 1)).extracting(TargetReport::mae).containsExactly(1.0);
    assertThat(reports().errors(sums(), 2, 2)).extracting(TargetReport::mae).containsExactly(3.0);
    assertThat(reports().errors(sums(), TrainingReports.UNKNOWN, 1)).hasSize(1);
  }

  @Test
  void sumsOverTwoUnitsAreNotReported() {
    assertThat(reports().errors(sums(), 1, 2)).isEmpty();
    assertThat(reports().errors(sums(), 0, 1)).as("first without a contract").isEmpty();
    assertThat(reports().manifestErrors(sums(), 1, 2)).isEmpty();
  }

  private static TrainingReports reports() {
    List<DataContract> both = List.of(METERS.record(), FEET.record());
    return new TrainingReports(
        new KnownContracts("m", "contract", () -> both, () -> both, () -> 2),
        Network.of(REGRESSION));
  }

  private static Contract contract(String scale) {
    return ContractFile.parse(
        "features: [{name: width}]\nlabel: {name: size, targets: [{name: size%s}]}\n"
            .formatted(scale));
  }

  /** Four samples, each off by half a deviation. */
  private static MetricSums sums() {
    return new MetricSums(4, 1, 0, TargetSums.of(2, 1, 0, 4));
  }
}
