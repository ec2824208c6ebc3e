package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.DataContract;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractDigestTest {
  private static final String FEATURES =
      "features: [{name: width, mean: 3, deviation: 2}, {name: kind, categories: [a, b]}]\n";
  private static final String CLASSES = "label: {name: tree, classes: [elm, oak]}";

  private static Contract contract(String yaml) {
    return ContractFile.parse(yaml).asFirst("m", "test", Instant.EPOCH);
  }

  private static String digest(String yaml) {
    return ContractDigest.of(contract(yaml).record());
  }

  /** Manifests contain it: another digest would stop every trainer after an upgrade. */
  @Test
  void staysTheSameForever() {
    assertThat(digest(FEATURES + CLASSES)).isEqualTo("72c194d8c42ec60a");
  }

  @Test
  void doesNotDependOnWhoWroteTheContractAndFromWhichData() {
    DataContract other =
        DataContract.newBuilder(contract(FEATURES + CLASSES).record())
            .setModel("other")
            .setVersion(7)
            .setCompatibleSince(7)
            .setProducer("somebody")
            .setChanges(List.of("everything"))
            .setCreatedAt(Instant.ofEpochSecond(5))
            .build();
    other.getLabel().setClassCounts(List.of(4L, 9L));
    assertThat(ContractDigest.of(other)).isEqualTo(digest(FEATURES + CLASSES));
  }

  @Test
  void dependsOnWhatNumbersMean() {
    List<String> all =
        List.of(
            FEATURES + CLASSES,
            FEATURES + "label: {name: tree, classes: [oak, elm]}",
            FEATURES + "label: {name: tree, classes: [elm, oak, yew]}",
            FEATURES + "label: {name: tree, classes: ['elm,oak']}",
            FEATURES + "label: {name: tree, targets: [{name: tree}]}",
            FEATURES + "label: {name: tree, targets: [{name: tree, deviation: 2}]}",
            FEATURES.replace("mean: 3", "mean: 3.5") + CLASSES,
            FEATURES.replace("[a, b]", "[b, a]") + CLASSES,
            FEATURES.replace("width", "height") + CLASSES);
    assertThat(all.stream().map(ContractDigestTest::digest)).doesNotHaveDuplicates();
  }
}
