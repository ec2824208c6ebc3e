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

/** What a killed worker leaves open does not hold up those who take over from it. */
@WithKafka
class TakeoverIT {
  private Lab lab;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    lab.publish(1);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void endsTheOpenTransactionOfAKilledWorkerLongBeforeItsTimeOut() throws Exception {
    // Its transactions would stay open for longer than anybody waits here.
    try (ChildJvm killed =
        ChildJvm.start(
            GatedServing.class.getName(),
            List.of(lab.bootstrapServers, lab.model, "killed"),
            Map.of())) {
      for (int i = 0; i < 40; i++) {
        lab.ask(i);
      }
      await().until(() -> uncommitted() == 40);
      killed.kill();
    }
    try (InferenceWorker successor = lab.worker("successor", new LinearEngine())) {
      successor.start();
      await().until(() -> lab.predictions().size() >= 40);
      assertThat(lab.predictions()).allMatch(answer -> answer.getWorker().equals("successor"));
    }
    lab.assertEachIsAnsweredOnce(40);
  }

  private int uncommitted() {
    return TopicReader.uncommitted(lab.bootstrapServers, lab.topics.predictions()).size();
  }
}
