package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContractCheckTest {
  private static final Contract TWO = contract("rome, oslo");
  private static final Contract THREE =
      TWO.followedBy(contract("rome, oslo, bern"), "test", Instant.EPOCH);

  private final KnownContracts contracts =
      new KnownContracts(
          "m",
          "contract",
          () -> List.of(TWO.record(), THREE.record()),
          () -> List.of(TWO.record(), THREE.record()),
          () -> 2);
  private final ContractCheck check =
      new ContractCheck(contracts, LinearEngine.adaptive(), LinearEngine.spec(), notice -> {});

  private static Contract contract(String cities) {
    return ContractFile.parse(
            """
            features:
              - {name: a}
              - {name: b}
              - {name: c}
              - {name: city, kind: category, encoding: index, categories: [%s]}
            label: {name: kind, classes: [x, y]}
            """
                .formatted(cities))
        .asFirst("m", "test", Instant.EPOCH);
  }

  /** Returns the fault of a batch whose samples have these cities. */
  private Optional<String> fault(int contract, float... cities) {
    float[] features = new float[4 * cities.length];
    Arrays.fill(features, 9);
    for (int i = 0; i < cities.length; i++) {
      features[4 * i + 3] = cities[i];
    }
    TrainingBatch batch = ModelTopics.batch(features, new int[cities.length]);
    batch.setContract(contract);
    ByteBuffer data = batch.getInputs().getData();
    return check.inputs(
        batch, new TensorView(ElementType.FLOAT32, List.of((long) cities.length, 4L), data));
  }

  @Test
  void acceptsTheCategoriesOfTheVersionThatTheBatchNames() {
    assertThat(fault(1, 0, 1)).isEmpty();
    assertThat(fault(2, 0, 2)).isEmpty();
  }

  @Test
  void refusesCategoriesThatALaterVersionAdded() {
    assertThat(fault(1, 0, 2))
        .contains(
            "sample 1: value 3 is 2, but feature `city` of data contract version 1 has 2"
                + " categories, 0 to 1");
    assertThat(fault(2, 3)).hasValueSatisfying(why -> assertThat(why).contains("value 3 is 3"));
  }
}
