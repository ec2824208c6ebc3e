package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.runtime.Health;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithKafka
class TrainerCrashIT {
  private static final String[] RUN = {"trainer.epochs", "4", "checkpoint.interval.samples", "50"};

  private final KafkaCluster kafka;

  TrainerCrashIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void resumesBitIdenticallyAfterTwoKills() throws Exception {
    ModelTopics uninterrupted = records();
    TestTrainer.start(uninterrupted, RUN).finished().close();

    ModelTopics killed = records();
    kill(killed, "\"epoch\": 3, \"offset\": [1-9]");
    long before = killed.newestVersion();
    // Nothing of the version that the killed trainer was writing may be visible.
    kill(killed, "version " + (before + 2) + " at");
    try (ChildJvm last = start(killed, 0)) {
      last.waitForLine("continues from version");
      assertThat(last.awaitExit(Duration.ofMinutes(2))).isZero();
    }

    Lineage lineage = killed.lineage();
    assertThat(lineage.verify()).isEmpty();
    assertThat(killed.payloadFaults()).isEmpty();
    killed.assertTrainedOnce(4 * 30 * 13, 0);
    killed.assertSameBitsAs(uninterrupted);
  }

  @Test
  void standbyTakesOverFromKilledLeader() throws Exception {
    ModelTopics on = records();
    try (ChildJvm leader = start(on, 100);
        TestTrainer standBy = standBy(leader, on)) {
      Object unused = leader.waitForLine("version [2-9]");
      standBy.awaitState(Health.State.STANDBY);
      leader.kill();
      standBy.finished();
      assertThat(standBy.notices).anyMatch(notice -> notice.contains("continues from version"));
    }
    on.assertTrainedOnce(4 * 30 * 13, 0);
    assertThat(on.lineage().verify()).isEmpty();
  }

  private static TestTrainer standBy(ChildJvm leader, ModelTopics on) throws InterruptedException {
    Object unused = leader.waitForLine("starts training model");
    return TestTrainer.start(on, RUN);
  }

  private ModelTopics records() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(7, 0, ModelTopics.sizes(30, 13));
    return on;
  }

  private void kill(ModelTopics on, String when) throws Exception {
    try (ChildJvm trainer = start(on, 20)) {
      Object unused = trainer.waitForLine(when);
      trainer.kill();
    }
  }

  private ChildJvm start(ModelTopics on, long pause) {
    List<String> arguments =
        new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, Long.toString(pause)));
    arguments.addAll(List.of(RUN));
    return ChildJvm.start(TrainerProcess.class.getName(), arguments, Map.of());
  }
}
