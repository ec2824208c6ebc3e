package dev.tidemill.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.chaos.pipeline.Model;
import dev.tidemill.chaos.report.HtmlReport;
import dev.tidemill.chaos.report.RunResult;
import dev.tidemill.chaos.report.TextReport;
import dev.tidemill.chaos.schedule.Schedule;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.guarantee.Anomaly;
import dev.tidemill.testbed.guarantee.Guarantee;
import dev.tidemill.testbed.history.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with few faults in real processes. */
class ChaosIT {
  private static final long SEED = 1;
  private static final int FAULTS = 6;

  @Test
  void holdsUnderFaultsAndNamesASecondAnswer(@TempDir Path folder) throws Exception {
    Schedule schedule = Schedule.of(SEED, FAULTS);
    try (ChaosRun run = ChaosRun.start(schedule, folder, ChaosIT::say)) {
      run.inject();
      run.drain();
      RunResult result = run.audit();
      assertThat(result.verdict().violations()).isEmpty();
      assertThat(result.succeeded()).as("%s", TextReport.of(result)).isTrue();
      assertThat(result.injected()).isEqualTo(FAULTS);
      assertThat(result.history().versions()).isNotEmpty();
      assertThat(result.history().committedAnswers()).isNotEmpty();
      assertThat(HtmlReport.of(result)).contains("seed " + SEED, "the guarantees held");

      ConsumerRecord<byte[], byte[]> answer = repeatAnAnswer(run.bootstrapServers());

      RunResult tampered = run.audit();
      assertThat(tampered.succeeded()).isFalse();
      Answer repeated =
          tampered.history().committedAnswers().stream()
              .filter(each -> each.at().partition() == answer.partition())
              .filter(each -> each.at().offset() == answer.offset())
              .findFirst()
              .orElseThrow();
      assertThat(tampered.verdict().violations())
          .anySatisfy(
              violation -> {
                assertThat(violation.guarantee()).isEqualTo(Guarantee.G5);
                assertThat(violation.anomaly()).isEqualTo(Anomaly.DUPLICATE);
                assertThat(violation.where()).endsWith("request " + repeated.requestId());
              });
      assertThat(TextReport.of(tampered)).anyMatch(line -> line.contains("VIOLATED"));
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** Writes the first answer again. */
  private static ConsumerRecord<byte[], byte[]> repeatAnAnswer(String brokers) throws Exception {
    ConsumerRecord<byte[], byte[]> first =
        TopicReader.committed(brokers, Model.topic("predictions")).get(0);
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      RecordMetadata written =
          producer
              .send(
                  new ProducerRecord<>(
                      first.topic(), first.partition(), first.key(), first.value()))
              .get();
      assertThat(written.offset()).isGreaterThan(first.offset());
    }
    return first;
  }
}
