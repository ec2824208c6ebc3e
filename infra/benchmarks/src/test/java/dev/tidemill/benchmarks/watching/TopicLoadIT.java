package dev.tidemill.benchmarks.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.benchmarks.Broker;
import dev.tidemill.checkpoints.LineageReport;
import dev.tidemill.checkpoints.LineageVerifier;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.contract.Contract;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithKafka
class TopicLoadIT {
  private static final int RECORDS = 200;

  private final KafkaCluster kafka;

  TopicLoadIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  /** What is no valid record would cost the dashboard less, or more. */
  @Test
  void writesValidRecordsToEveryTopic() {
    ModelContext model =
        Broker.createModel(
            kafka.bootstrapServers(), UniqueName.of("load"), Broker.ONE_PARTITION, Map.of());
    TopicLoad load = new TopicLoad(model, 10 * RECORDS);
    load.run(0.1, () -> false);

    assertThat(load.sent()).isEqualTo(RECORDS);
    for (Topics.Name topic : Topics.Name.values()) {
      assertThat(TopicReader.committed(kafka.bootstrapServers(), model.topics().get(topic)))
          .as("%s", topic)
          .hasSize(RECORDS)
          .allSatisfy(
              record -> {
                if (record.value() != null) {
                  Object unused = model.codec().decode(record, topic.type());
                }
              });
    }
    LineageReport report =
        new LineageVerifier(model.clients(), model.codec(), model.topics(), "it").verify(true);
    assertThat(report.faults()).isEmpty();
    assertThat(report.unread()).isEmpty();
    assertThat(report.versions()).isEqualTo(load.newestVersion());
    assertThat(model.contracts()).extracting(Contract::version).hasSize(RECORDS).contains(RECORDS);
    List<Object> control =
        TopicReader.committed(kafka.bootstrapServers(), model.topics().control()).stream()
            .map(record -> model.codec().decode(record, ControlEvent.class).getEvent())
            .toList();
    assertThat(control)
        .filteredOn(DriftEvent.class::isInstance)
        .hasSize(RECORDS / ControlRecords.KINDS);
    assertThat(control)
        .filteredOn(ControlCommand.class::isInstance)
        .hasSize(RECORDS / ControlRecords.KINDS);
  }
}
