package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.Contract;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DataContract;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownContractsTest {
  private static final Contract FIRST = ContractIT.contract("", "elm, oak");
  private static final Contract SECOND =
      FIRST.followedBy(ContractIT.contract("", "elm, oak, yew"), "test", Instant.EPOCH);

  private final List<DataContract> topic = new ArrayList<>(List.of(FIRST.record()));
  private final List<DataContract> open = new ArrayList<>();
  private long end = 1;
  private int reads;
  private final KnownContracts contracts =
      new KnownContracts("m", "contract", this::read, () -> List.copyOf(topic), () -> end);

  /** Waits for the open transactions, as a read of the whole topic does. */
  private List<DataContract> read() {
    reads++;
    topic.addAll(open);
    open.clear();
    return List.copyOf(topic);
  }

  @Test
  void asksOnceForAVersionThatStaysUnknown() {
    for (int batch = 0; batch < 100; batch++) {
      assertThat(contracts.fault(7))
          .hasValueSatisfying(why -> assertThat(why).contains("only [1]"));
    }
    assertThat(reads).isEqualTo(1);
    end++; // A transaction marker, for example.
    for (int batch = 0; batch < 100; batch++) {
      assertThat(contracts.fault(7)).isPresent();
    }
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void findsAVersionThatWasWrittenMeanwhile() {
    assertThat(contracts.fault(2)).isPresent();
    topic.add(SECOND.record());
    end++;
    assertThat(contracts.fault(2)).isEmpty();
    assertThat(contracts.newest()).contains(SECOND);
  }

  /** A batch may be visible before the contract of its own transaction is. */
  @Test
  void waitsForAVersionInAnOpenTransaction() {
    assertThat(contracts.fault(2)).isPresent();
    open.add(SECOND.record());
    end++;
    assertThat(contracts.fault(2)).isEmpty();
  }

  /** A manifest from before the model had a contract, or before manifests had a digest. */
  @Test
  void contradictsOnlyAManifestThatSaysWhatItsContractWas() {
    assertThat(contracts.contradiction(trainedWith(0, ""))).isEmpty();
    assertThat(contracts.contradiction(trainedWith(1, ""))).isEmpty();
    assertThat(contracts.contradiction(trainedWith(1, contracts.digest(1)))).isEmpty();
    assertThat(contracts.contradiction(trainedWith(1, "0123456789abcdef")))
        .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("was recreated"));
    assertThat(contracts.contradiction(trainedWith(2, "0123456789abcdef")))
        .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("does not have it"));
  }

  private static Checkpoint trainedWith(int contract, String digest) {
    return Checkpoint.newBuilder()
        .setModel("m")
        .setVersion(1)
        .setSpec("")
        .setContract(contract)
        .setContractDigest(digest)
        .setEngine("linear")
        .setTopic("batches")
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(1)
        .setSamples(1)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  /** Before the topic guard looks again, a batch may make the trainer read the new topic. */
  @Test
  void refusesAnotherContractUnderAKnownNumber() {
    topic.set(0, ContractIT.contract("", "oak, elm").record());
    end++;
    assertThatThrownBy(() -> contracts.fault(2))
        .isInstanceOf(ContractChangedException.class)
        .hasMessageContaining("data contract version 1")
        .hasMessageContaining("topic contract has another contract under that number");
  }
}
