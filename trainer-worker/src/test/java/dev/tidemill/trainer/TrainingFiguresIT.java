package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.contract.TargetReport;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.schemas.TargetErrors;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What a trainer says of its predictions: errors of a regression, classes one by one. */
@WithKafka
class TrainingFiguresIT {
  private static final String FEATURES =
      "features: [{name: a}, {name: b}, {name: c}, {name: d}]\nlabel: ";
  private static final String CLASSES = "{name: kind, classes: [elm, oak, yew]}";
  private static final String PRICE =
      "{name: price, targets: [{name: price, mean: 900, deviation: 40}]}";
  private static final String[] RUN = {"trainer.epochs", "3", "checkpoint.interval.samples", "50"};

  private final KafkaCluster kafka;

  TrainingFiguresIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void errorsAreInTheUnitOfTheTarget() throws Exception {
    TestTrainer elements =
        regression(topics("{name: price, targets: [{name: price, deviation: 1}]}"), RUN);
    TestTrainer prices = regression(topics(PRICE), RUN);
    for (int epoch = 0; epoch < 3; epoch++) {
      TargetReport element = elements.epochs.get(epoch).errors().get(0);
      TargetReport price = prices.epochs.get(epoch).errors().get(0);
      assertThat(price.name()).isEqualTo("price");
      assertThat(price.mae()).isCloseTo(40 * element.mae(), within(1e-9));
      assertThat(price.rmse()).isCloseTo(40 * element.rmse(), within(1e-9));
      assertThat(price.r2()).isCloseTo(element.r2(), within(1e-9));
      assertThat(element.rmse() * element.rmse())
          .isCloseTo(elements.epochs.get(epoch).loss(), within(1e-9));
    }
    assertThat(prices.epochs.get(2).errors().get(0).r2()).isBetween(0.9, 1.0);
    assertThat(prices.epochs.get(2).accuracy()).isNull();
    assertThat(prices.ends).isEmpty();
  }

  /** A version's errors are over the samples that it added; here, one version is an epoch. */
  @Test
  void manifestsHaveTheErrorsOfTheirSamples() throws Exception {
    TestTrainer trainer = regression(topics(PRICE), "trainer.epochs", "2");
    for (int epoch = 0; epoch < 2; epoch++) {
      TargetReport expected = trainer.epochs.get(epoch).errors().get(0);
      assertThat(trainer.checkpoints.get(epoch).getErrors())
          .containsExactly(
              new TargetErrors("price", expected.mae(), expected.rmse(), expected.r2()));
      assertThat(trainer.checkpoints.get(epoch).getAccuracy()).isNull();
    }
  }

  @Test
  void gaugesHaveTheErrorsOfTheNewestSamples() throws Exception {
    ModelTopics on = topics(PRICE);
    send(on, true);
    try (TestTrainer trainer = TestTrainer.start(on, job(), "checkpoint.interval.samples", "100")) {
      trainer.awaitVersion(1);
      for (String figure : List.of("mae", "rmse", "r2")) {
        assertThat(trainer.metrics.scrape())
            .containsPattern(
                "tidemill_training_" + figure + "\\{[^}]*target=\"price\"[^}]*} [-\\d]");
      }
    }
  }

  @Test
  void namesOfClassesComeFromTheContract() throws Exception {
    try (TestTrainer trainer = classes(RUN)) {
      assertThat(trainer.ends.get(0).classes()).containsExactly("elm", "oak", "yew");
      assertThat(trainer.ends.get(0).report().samples()).isEqualTo(390);
      assertThat(trainer.ends.get(0).report().accuracy())
          .isEqualTo(trainer.epochs.get(2).accuracy());
      assertThat(trainer.checkpoints.get(0).getErrors()).isEmpty();
    }
  }

  /** A run without epochs reports on all its samples, if it ends. */
  @Test
  void reportsClassesWhenTheInputEnds() throws Exception {
    try (TestTrainer trainer = classes("trainer.exit.at.end", "true")) {
      assertThat(trainer.ends.get(0).epochs()).isZero();
      assertThat(trainer.ends.get(0).report().samples()).isEqualTo(390);
    }
  }

  @Test
  void killedRunEndsWithTheErrorsOfAnUninterruptedOne() throws Exception {
    List<String> expected = epochLines(regression(topics(PRICE), RUN));
    ModelTopics killed = topics(PRICE);
    send(killed, true);
    assertThat(linesAfterKill(killed, List.of("-Dregression=true"))).containsAll(expected);
  }

  @Test
  void killedRunEndsWithTheClassesOfAnUninterruptedOne() throws Exception {
    TestTrainer never = classes(RUN);
    never.close();
    ModelTopics killed = topics(CLASSES);
    send(killed, false);
    ClassSummary end = never.ends.get(0);
    assertThat(linesAfterKill(killed, List.of()))
        .containsAll(epochLines(never))
        .containsSubsequence(end.report().lines(end.classes()::get));
  }

  /** Returns the lines of epochs 2 and 3. */
  private static List<String> epochLines(TestTrainer trainer) {
    return trainer.epochs.stream().skip(1).map(TrainerProcess::epochLine).toList();
  }

  /** Kills a trainer within epoch 2; returns the lines of the one that continues. */
  private List<String> linesAfterKill(ModelTopics on, List<String> flags) throws Exception {
    try (ChildJvm trainer = process(on, flags, 20)) {
      Object unused = trainer.waitForLine("\"epoch\": 2, \"offset\": [1-9]");
      trainer.kill();
    }
    try (ChildJvm trainer = process(on, flags, 0)) {
      assertThat(trainer.awaitExit(Duration.ofMinutes(2))).isZero();
      return trainer.out();
    }
  }

  private ChildJvm process(ModelTopics on, List<String> flags, long pause) throws Exception {
    List<String> arguments =
        Stream.concat(
                Stream.of(kafka.bootstrapServers(), on.model, Long.toString(pause)), Stream.of(RUN))
            .toList();
    return ChildJvm.start(flags, TrainerProcess.class.getName(), arguments, Map.of());
  }

  private TestTrainer classes(String... run) throws Exception {
    ModelTopics on = topics(CLASSES);
    send(on, false);
    return TestTrainer.start(on, run).finished();
  }

  private static TestTrainer regression(ModelTopics on, String... run) throws Exception {
    send(on, true);
    TestTrainer trainer = TestTrainer.start(on, job(), run).finished();
    trainer.close();
    return trainer;
  }

  private static TrainerJob job() {
    return new TrainerJob(LinearEngine.regression(), new LinearEngine(), Optional.empty());
  }

  private ModelTopics topics(String label) throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    Contract contract = ContractFile.parse(FEATURES + label).asFirst("m", "test", Instant.EPOCH);
    ContractLog log = ContractLog.of(on.clients, on.codec, on.topics, "it-contract");
    on.sendAll(List.of(log.record(contract.record())));
    return on;
  }

  /** Sends 30 records of 13 samples. */
  private static void send(ModelTopics on, boolean regression) throws Exception {
    Random random = new Random(7);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      TrainingBatch batch = regression ? regression(random) : ModelTopics.batch(random, 13);
      batch.setContract(1);
      records.add(on.record(0, batch));
    }
    on.sendAll(records);
  }

  /** The target is a sum of the features, with weights 1 to 4. */
  private static TrainingBatch regression(Random random) {
    float[] features = new float[13 * LinearEngine.FEATURES];
    float[] targets = new float[13];
    for (int i = 0; i < features.length; i++) {
      int feature = i % LinearEngine.FEATURES;
      features[i] = (float) random.nextGaussian();
      targets[i / LinearEngine.FEATURES] += (feature + 1) * features[i];
    }
    TrainingBatch batch = ModelTopics.batch(features, new int[13]);
    batch.setLabels(Tensors.float32(new long[] {13, 1}, targets));
    return batch;
  }
}
