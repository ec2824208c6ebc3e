package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeSampleTest {
  @Test
  void takesMeansAndFirstCategoriesWithinTheirLimits() {
    Sample sample =
        of(
            """
                features:
                  - {name: a, mean: 3.5, deviation: 2}
                  - {name: b, mean: 9, maximum: 4}
                  - {name: c, kind: category, categories: [x, y]}
                label: {name: kind, classes: [red, green]}
                """);

    assertThat(sample.values())
        .isNotNull()
        .extracting(NamedValues::toMap, MAP)
        .containsEntry("a", 3.5)
        .containsEntry("b", 4.0)
        .containsEntry("c", "x");
  }

  @Test
  void sendsZerosIfSamplesHaveNoNames() {
    Sample sample = new ProbeSample(null, DType.UINT8, List.of(2L, 3L)).sample();

    assertThat(sample.values()).isNull();
    assertThat(sample.data().remaining()).isEqualTo(6);
  }

  private static Sample of(String yaml) {
    Contract contract = ContractFile.parse(yaml);
    return new ProbeSample(contract, contract.dtype(), contract.shape()).sample();
  }
}
