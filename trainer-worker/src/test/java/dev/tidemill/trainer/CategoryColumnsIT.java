package dev.tidemill.trainer;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of category numbers follow the data contract, and their tables grow with it. */
@WithKafka
class CategoryColumnsIT {
  private static final Contract TWO = contract("rome, oslo");
  private static final Contract THREE =
      TWO.followedBy(contract("rome, oslo, bern"), "test", Instant.EPOCH);

  /** The same features in another order. */
  private static final Contract MOVED =
      ContractFile.parse(
              """
              features:
                - {name: a}
                - {name: city, kind: category, encoding: index, categories: [rome, oslo]}
                - {name: b}
                - {name: c}
              label: {name: kind, classes: [x, y, z]}
              """)
          .asFirst("m", "test", Instant.EPOCH);

  private static final String[] RUN = {
    "trainer.exit.at.end", "true", "checkpoint.interval.samples", "24"
  };

  private final ModelTopics on;

  CategoryColumnsIT(KafkaCluster kafka) {
    on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  private static Contract contract(String cities) {
    return ContractFile.parse(
            """
            features:
              - {name: a}
              - {name: b}
              - {name: c}
              - {name: city, kind: category, encoding: index, categories: [%s]}
            label: {name: kind, classes: [x, y, z]}
            """
                .formatted(cities))
        .asFirst("m", "test", Instant.EPOCH);
  }

  private void write(Contract contract) throws Exception {
    ContractLog log = ContractLog.of(on.clients, on.codec, on.topics, "it-contract");
    on.sendAll(List.of(log.record(contract.record())));
  }

  /** Sends records of eight samples, all of one city. */
  private void send(int contract, float city, int records) throws Exception {
    List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    for (int r = 0; r < records; r++) {
      float[] features = new float[8 * LinearEngine.FEATURES];
      for (int i = 3; i < features.length; i += LinearEngine.FEATURES) {
        features[i] = city;
      }
      TrainingBatch batch = ModelTopics.batch(features, new int[8]);
      batch.setContract(contract);
      sent.add(on.record(0, batch));
    }
    on.sendAll(sent);
  }

  /** Returns a spec whose first layer makes four elements of four. */
  private static SpecTemplate spec(String columns) {
    return SpecTemplate.parse(
        """
        name: tiny
        input: {shape: {auto: [4]}}
        layers:
          - {type: column_embedding, name: columns, embedding_dim: 1, columns: %s}
          - {type: linear, name: fc, out_features: {auto: 3}}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
        training: {batch_size: 8, seed: 1}
        """
            .formatted(columns));
  }

  private TestTrainer start(String columns, String... settings) {
    return start(columns, Optional.empty(), settings);
  }

  private TestTrainer start(String columns, Optional<Path> init, String... settings) {
    return TestTrainer.start(on, new TrainerJob(spec(columns), new LinearEngine(), init), settings);
  }

  private static List<Integer> table(ModelTopics on, Checkpoint version) {
    return on.state(version).layout().slice("columns.3.weight").shape();
  }

  @Test
  void growsAtTheStartAndRecordsIt() throws Exception {
    write(TWO);
    send(1, 1, 3);
    start("auto", RUN).finished().close();
    assertThat(table(on, on.newest())).containsExactly(2, 1);
    write(THREE);
    send(2, 2, 3);
    start("auto", RUN).finished().close();
    assertThat(table(on, on.newest())).containsExactly(3, 1);
    assertThat(on.newest().getChanges())
        .containsExactly(
            "layer columns grew from 2 to 3 categories of feature `city` with contract version 2:"
                + " bern");
    assertThat(on.newest().getSamples()).isEqualTo(48);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  /** The model begins with a table that no seed of its own gives. */
  @Test
  void newRowsFollowFromTheSeedAndOldRowsKeepTheirBits(@TempDir Path dir) throws Exception {
    ModelSpec two = spec("{3: 2}").withoutData().orElseThrow();
    Path init = dir.resolve("other.safetensors");
    try (FileChannel file = FileChannel.open(init, CREATE_NEW, WRITE)) {
      SafeTensors.write(ModelState.initial(two, 2), false, file);
    }
    write(TWO);
    send(1, 1, 3);
    start("auto", Optional.of(init), RUN).finished().close();
    write(THREE);
    send(2, 2, 3);
    start("auto", RUN).finished().close();

    ModelState seeded = ModelState.initial(spec("{3: 3}").withoutData().orElseThrow(), 1);
    float[] rows = rows(on.state(on.newest()));
    assertThat(rows).startsWith(rows(ModelState.initial(two, 2)));
    assertThat(rows[0]).isNotEqualTo(rows(seeded)[0]);
    assertThat(rows[2]).isEqualTo(rows(seeded)[2]);
  }

  private static float[] rows(ModelState state) {
    StateLayout.Slice table = state.layout().slice("columns.3.weight");
    float[] rows = new float[Math.toIntExact(table.length())];
    state.data(table).asFloatBuffer().get(rows);
    return rows;
  }

  @Test
  void runningTrainerGrowsByItself() throws Exception {
    write(TWO);
    send(1, 1, 2);
    try (TestTrainer trainer = start("auto", "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(2);
      write(THREE);
      send(2, 2, 3);
      trainer.awaitVersion(5);
    }
    assertThat(table(on, on.newest())).containsExactly(3, 1);
    assertThat(on.newest().getSamples()).isEqualTo(40);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void beginsAgainWithTheColumnsOfTheContractThatArrivesAfterTheStart() throws Exception {
    try (TestTrainer trainer = start("{auto: {1: 9}}", "checkpoint.interval.samples", "8")) {
      Eventually.await()
          .until(() -> trainer.notices.stream().anyMatch(n -> n.contains("starts training")));
      write(TWO);
      send(1, 1, 2);
      trainer.awaitVersion(2);
      assertThat(trainer.notices)
          .anyMatch(notice -> notice.contains("layer columns embeds elements [1], but"));
    }
    assertThat(table(on, on.newest())).containsExactly(2, 1);
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void refusesTheContractThatMovesAColumn() throws Exception {
    write(TWO);
    send(1, 1, 1);
    try (TestTrainer trainer = start("auto", "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      write(TWO.followedBy(MOVED, "test", Instant.EPOCH));
      send(2, 0, 1);
      assertThat(trainer.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("the spec does not fit version 1 of model");
    }
    assertThat(on.newest().getSamples()).isEqualTo(8);
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void refusesFixedColumnsThatAreTooFew() throws Exception {
    write(THREE.asFirst("m", "test", Instant.EPOCH));
    send(1, 2, 1);
    try (TestTrainer trainer = start("{3: 2}", RUN)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessage(
              "layer columns has 2 categories for element 3, but feature `city` of contract version"
                  + " 1 of model m has 3; leave them to the contract (columns: auto), by which a"
                  + " trained model grows; only a new model may set them to 3");
    }
  }

  @Test
  void refusesNumbersThatAreNoCategories() throws Exception {
    write(TWO);
    send(1, 1, 2);
    send(1, 2, 1);
    send(1, 0.5f, 1);
    send(1, 0, 2);
    start("auto", RUN).finished().close();
    String takes =
        ", but layer columns takes the number of a category there, an integer from 0 to 1";
    assertThat(on.deadLetters().stream().map(DeadLetter::getReason))
        .satisfiesExactly(
            whole -> assertThat(whole).contains("sample 0: value 3 is 2, but feature `city`"),
            half -> assertThat(half).contains("sample 0: value 3 is 0.5" + takes));
    assertThat(on.newest().getSamples()).isEqualTo(32);
  }

  @Test
  void saysOnceThatANumberOfACategoryIsTakenForAMagnitude() throws Exception {
    write(TWO);
    send(1, 1, 3);
    try (TestTrainer plain =
        TestTrainer.adaptive(on, new LinearEngine(), TrainerListener.NONE, RUN).finished()) {
      assertThat(plain.notices)
          .filteredOn(notice -> notice.contains("magnitude"))
          .containsExactly(
              "the spec takes the number of a category for a magnitude: feature `city` of contract"
                  + " version 1 of model m is a category with the encoding index; embed it with a"
                  + " first layer {type: column_embedding, embedding_dim: 8}");
    }
  }

  @Test
  void saysNothingOfCategoriesThatAreEmbedded() throws Exception {
    write(TWO);
    send(1, 1, 3);
    try (TestTrainer embeds = start("auto", RUN).finished()) {
      assertThat(embeds.notices).noneMatch(notice -> notice.contains("magnitude"));
    }
  }
}
