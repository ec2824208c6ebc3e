package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The open transaction of a killed worker does not delay its successor. */
@WithKafka
class TakeoverIT {
  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void endsAKilledWorkersTransactionBeforeItsTimeout() throws Exception {
    // Its transactions stay open for longer than this test waits.
    try (ChildJvm killed =
        ChildJvm.start(
            GatedServing.class.getName(),
            List.of(fixture.bootstrapServers, fixture.model, "killed"),
            Map.of())) {
      for (int i = 0; i < 40; i++) {
        fixture.ask(i);
      }
      await().until(() -> uncommitted() == 40);
      killed.kill();
    }
    try (InferenceWorker successor = fixture.worker("successor", new LinearEngine())) {
      successor.start();
      await().until(() -> fixture.predictions().size() >= 40);
      assertThat(fixture.predictions()).allMatch(answer -> answer.getWorker().equals("successor"));
    }
    fixture.assertEachIsAnsweredOnce(40);
  }

  private int uncommitted() {
    return TopicReader.uncommitted(fixture.bootstrapServers, fixture.topics.predictions()).size();
  }
}
