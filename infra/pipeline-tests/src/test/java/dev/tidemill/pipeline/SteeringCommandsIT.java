package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The commands that steer a trainer, and their exit status. */
@WithKafka
class SteeringCommandsIT {
  private final KafkaCluster kafka;

  SteeringCommandsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void saysWhetherACommandHoldsIfNoTrainerAnswers() {
    Pipeline pipeline = Pipeline.create(kafka, "idle");
    Outcome pause = pipeline.run("train pause");
    assertThat(pause.status()).isEqualTo(1);
    assertThat(pause.out())
        .containsExactly(
            "no trainer answered within 5 s; the command holds for the next trainer that leads");
    Outcome checkpoint = pipeline.run("train checkpoint-now", "--timeout", "1");
    assertThat(checkpoint.status()).isEqualTo(1);
    assertThat(checkpoint.out()).singleElement().asString().endsWith("leads later will not");
  }

  @Test
  void steersARunningTrainer() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "steered");
    pipeline.run("produce", "--data", "digits", "--limit", "256").done();
    Outcome unused = pipeline.run("train pause");
    try (ChildJvm trainer = pipeline.start("train", "--spec", "mlp", "--exit-at-end")) {
      Object unusedLine = trainer.waitForLine("training is paused");
      Outcome rollback = pipeline.run("models rollback 9");
      assertThat(rollback.status()).isEqualTo(1);
      assertThat(rollback.out()).singleElement().asString().endsWith("has no weights of version 9");
      assertThat(pipeline.run("train learning-rate 0.5").done().out())
          .singleElement()
          .asString()
          .contains("the schedule's times 0.5");
      pipeline.run("train resume").done();
      assertThat(trainer.awaitExit(Duration.ofMinutes(2))).isZero();
    }
    assertThat(String.join("\n", pipeline.run("models show").done().out()))
        .contains("learning rate factor: 1.0 -> 0.5 (by ");
    pipeline.run("models verify").done();
  }
}
