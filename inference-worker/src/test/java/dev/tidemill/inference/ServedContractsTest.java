package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDigest;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DataContract;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServedContractsTest {
  private static final Contract TRAINED = contract("elm, oak");
  private static final Contract OTHER = contract("oak, elm");

  private List<DataContract> onTopic = List.of(TRAINED.record());
  private final ServedContracts contracts =
      new ServedContracts("contract", () -> onTopic, () -> onTopic);

  private static Contract contract(String classes) {
    return ContractFile.parse(
            "features: [{name: width}]\nlabel: {name: kind, classes: [" + classes + "]}")
        .asFirst("m", "test", Instant.EPOCH);
  }

  private static Checkpoint trainedWith(Contract contract) {
    Checkpoint manifest = new Checkpoint();
    manifest.setVersion(3L);
    manifest.setContract(1);
    manifest.setContractDigest(ContractDigest.of(contract.record()));
    return manifest;
  }

  @Test
  void preparesWithTheContractOfTheVersion() {
    assertThat(contracts.of(trainedWith(TRAINED))).isEqualTo(TRAINED);
    assertThat(contracts.of(new Checkpoint())).isNull();
  }

  @Test
  void refusesAnotherContractUnderTheSameNumber() {
    assertThatThrownBy(() -> contracts.of(trainedWith(OTHER)))
        .isInstanceOf(UnservableVersionException.class)
        .hasMessageContaining("version 3 cannot be served: topic contract was recreated")
        .hasMessageContaining("data contract version 1")
        .hasMessageContaining("topic.contract");
  }

  @Test
  void readsTheTopicAgainForAnotherContract() {
    assertThat(contracts.of(trainedWith(TRAINED))).isEqualTo(TRAINED);
    onTopic = List.of(OTHER.record());
    assertThat(contracts.of(trainedWith(OTHER))).isEqualTo(OTHER);
  }
}
