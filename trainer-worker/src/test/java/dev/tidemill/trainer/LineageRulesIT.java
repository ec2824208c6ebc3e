package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class LineageRulesIT {
  private static final String[] TO_END = {"trainer.exit.at.end", "true"};

  private final KafkaCluster kafka;

  LineageRulesIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void keepsNewestAndPinnedPayloads() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    String[] keepTwo = {"checkpoint.interval.samples", "8", "checkpoint.keep", "2"};
    try (TestTrainer trainer = TestTrainer.start(on, keepTwo);
        ControlChannel operator =
            ControlChannel.open(
                on.clients, "it-operator", on.codec, on.topics.control(), on.model)) {
      on.send(1, 0, 8, 8);
      trainer.awaitVersion(2);
      String pin = operator.pin(2).getCommandId();
      String late = operator.pin(7).getCommandId();
      Eventually.await().until(() -> outcomes(on).size() == 2);
      assertThat(outcomes(on))
          .extracting(ControlOutcome::getCommandId, ControlOutcome::getAccepted)
          .containsExactly(
              org.assertj.core.api.Assertions.tuple(pin, true),
              org.assertj.core.api.Assertions.tuple(late, false));
      String again = operator.pin(2).getCommandId();
      Eventually.await()
          .until(() -> outcomes(on).stream().anyMatch(o -> o.getCommandId().equals(again)));
      on.send(2, 0, 8, 8, 8);
      trainer.awaitVersion(5);
    }
    assertThat(on.lineage().withPayload())
        .extracting(Checkpoint::getVersion)
        .containsExactly(2L, 4L, 5L);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    long tombstones =
        TopicReader.committed(kafka.bootstrapServers(), on.topics.checkpointChunks()).stream()
            .filter(record -> record.value() == null)
            .count();
    assertThat(tombstones).isEqualTo(2);
  }

  private List<ControlOutcome> outcomes(ModelTopics on) {
    return TopicReader.committed(kafka.bootstrapServers(), on.topics.control()).stream()
        .map(record -> on.codec.decode(record, ControlEvent.class).getEvent())
        .filter(ControlOutcome.class::isInstance)
        .map(ControlOutcome.class::cast)
        .toList();
  }

  @Test
  void refusesAnotherNetworkAndNamesTheDifference() throws Exception {
    ModelTopics on = trainedOnce();
    ModelSpec other =
        ModelSpec.parse(LinearEngine.YAML.replace("name: fc,", "name: fc, bias: false,"));
    try (TestTrainer trainer = TestTrainer.start(on, other, new LinearEngine(), TO_END)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("does not fit version 1")
          .hasMessageContaining("layers[0]");
    }
    assertThat(on.newestVersion()).isEqualTo(1);
  }

  @Test
  void refusesAnotherTopic() throws Exception {
    ModelTopics on = trainedOnce();
    ModelTopics other = ModelTopics.create(kafka.bootstrapServers(), 1);
    other.send(5, 0, 8, 8, 8, 8, 8, 8);
    try (TestTrainer trainer =
        TestTrainer.start(on.readingFrom(other.topics.batches()), "trainer.exit.at.end", "true")) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining(on.topics.batches())
          .hasMessageContaining(other.topics.batches());
    }
    assertThat(on.newestVersion()).isEqualTo(1);
  }

  @Test
  void recordsChangedLearningRate() throws Exception {
    ModelTopics on = trainedOnce();
    ModelSpec slower = LinearEngine.spec().withOverrides(Map.of("learning-rate", "0.01"));
    TestTrainer.start(on, slower, new LinearEngine(), TO_END).finished().close();
    assertThat(on.newest().getVersion()).isEqualTo(2);
    assertThat(on.newest().getChanges()).hasSize(1);
    assertThat(on.newest().getChanges().get(0)).contains("learning_rate").contains("0.01");
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void usesInitialWeightsOnlyForNewLineage(@TempDir Path directory) throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 3);
    ModelState given = ModelState.initial(LinearEngine.spec(), 99);
    Path file = directory.resolve("init.safetensors");
    ByteBuffer bytes = SafeTensors.write(given, false);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    Files.write(file, copy);
    ModelSpec still =
        ModelSpec.parse(LinearEngine.YAML.replace("learning_rate: 0.05", "learning_rate: 0.0"));
    try (TestTrainer trainer = startWith(on, still, directory.resolve("none"))) {
      assertThat(trainer.ended().cause()).hasMessageContaining("there is no readable file");
    }
    startWith(on, still, file).finished().close();
    assertThat(on.state(on.newest()).data(given.layout().slice("fc.weight")))
        .isEqualTo(given.data(given.layout().slice("fc.weight")));

    on.send(2, 0, 3);
    try (TestTrainer again = startWith(on, still, file)) {
      assertThat(again.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("has a lineage (version 1)");
    }
  }

  private static TestTrainer startWith(ModelTopics on, ModelSpec spec, Path init) {
    return TestTrainer.start(
        on, spec, new LinearEngine(), Optional.of(init), TrainerListener.NONE, TO_END);
  }

  private ModelTopics trainedOnce() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    TestTrainer.start(on, TO_END).finished().close();
    on.send(2, 0, 8);
    return on;
  }
}
