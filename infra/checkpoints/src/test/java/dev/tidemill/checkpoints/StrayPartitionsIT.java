package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/**
 * Manifests in partitions that no worker reads, as in topics that brokers created with their
 * defaults.
 */
@WithKafka
class StrayPartitionsIT {
  @Test
  void verifyCoversAllPartitions(KafkaCluster kafka) throws Exception {
    KafkaClients clients = new KafkaClients(KafkaSettings.at(kafka.bootstrapServers()));
    RecordCodec codec = new RecordCodec(new SingleObjectFormat());
    String checkpoints = kafka.newTopic(UniqueName.of("stray"), 3);
    String chunks = kafka.newTopic(UniqueName.of("stray-chunks"), 2);
    Topics topics =
        Topics.of("tidemill", "stray")
            .withOverride(Topics.Name.CHECKPOINTS, checkpoints)
            .withOverride(Topics.Name.CHECKPOINT_CHUNKS, chunks);
    Checkpoint manifest = CheckpointPublisherTest.manifest(1);
    try (Producer<byte[], byte[]> producer = clients.producer("stray")) {
      for (int partition : new int[] {0, 2}) {
        byte[] value = codec.record(checkpoints, null, manifest).value();
        var unused = producer.send(new ProducerRecord<>(checkpoints, partition, null, value)).get();
      }
    }

    LineageReport report = new LineageVerifier(clients, codec, topics, "verify").verify(true);
    assertThat(report.versions()).isEqualTo(1);
    assertThat(report.unread()).isEmpty();
    assertThat(report.faults())
        .containsExactly(
            "partition 2 of %s holds 1 records that no worker reads: the lineage is in partition 0"
                .formatted(checkpoints));
  }
}
