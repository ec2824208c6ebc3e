package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ContractLogIT {
  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final String model = UniqueName.of("contract");
  private final Topics topics = Topics.of("tidemill", model);
  private final ContractLog log = ContractLog.of(clients, codec, topics, "it");

  ContractLogIT() {
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(topics, TopicPlan.standard());
    }
  }

  private DataContract version(int number) {
    return DataContract.newBuilder()
        .setModel(model)
        .setVersion(number)
        .setCompatibleSince(1)
        .setDtype(DType.FLOAT32)
        .setShape(List.of(4L))
        .setFeatures(List.of())
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private Transactions writer() {
    String id = ContractLog.transactionalId(model);
    return new Transactions(
        clients.bulkProducer("it", id, Duration.ofSeconds(60)), id, "contract of " + model);
  }

  @Test
  void readsVersionsInOrderAndSkipsWhatIsNoContract() throws Exception {
    assertThat(log.read()).isEmpty();
    try (Transactions writer = writer()) {
      writer.run(producer -> producer.send(log.record(version(1))));
      writer.run(
          producer ->
              producer.send(
                  new ProducerRecord<>(topics.contract(), 0, new byte[0], new byte[] {1, 2})));
      writer.run(producer -> producer.send(log.record(version(2))));
    }
    assertThat(log.read()).extracting(DataContract::getVersion).containsExactly(1, 2);
  }

  @Test
  void writesNoVersionThatCouldNotBeRead() {
    List<String> codes = IntStream.range(0, 10_000).mapToObj(i -> "c" + i).toList();
    DataContract large = version(1);
    large.setLabel(
        LabelContract.newBuilder()
            .setName("code")
            .setKind(LabelKind.CLASS)
            .setClasses(codes)
            .build());
    assertThatThrownBy(() -> log.record(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 1 has too many features, categories or classes to be read");
  }

  @Test
  void failsOnVersionThatItCannotRead() throws Exception {
    try (Transactions writer = writer()) {
      writer.run(
          producer ->
              producer.send(
                  new ProducerRecord<>(topics.contract(), 0, new byte[] {'1'}, new byte[] {1, 2})));
    }
    assertThatThrownBy(log::read).isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void laterWriterFencesEarlierOneOrSeesItsVersion() throws Exception {
    try (Transactions first = writer()) {
      assertThat(log.read()).isEmpty();
      try (Transactions second = writer()) {
        assertThat(log.read()).isEmpty();
        assertThatThrownBy(() -> first.run(producer -> producer.send(log.record(version(1))).get()))
            .isInstanceOf(FencedException.class);
        second.run(producer -> producer.send(log.record(version(1))));
      }
    }
    writer().close();
    assertThat(log.read()).hasSize(1);
  }
}
