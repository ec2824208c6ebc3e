package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and models whose answers no topic takes. */
@WithKafka
class HostileRequestsIT {
  private static final int TOO_MANY_OUTPUTS = 400_000;

  private final LinearEngine engine = new LinearEngine();
  private Lab lab;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) {
    lab = Lab.create(kafka.bootstrapServers());
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void answersARequestWith600000EmptyHeadersWithAnError() throws Exception {
    lab.publish(1);
    lab.ask(0);
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 600_000; i++) {
      headers.add("", null);
    }
    lab.ask("hostile", Tensors.float32(new long[] {2}, new float[] {1, 0}), 0, headers);
    lab.ask(4);
    try (InferenceWorker worker = lab.worker("w", engine)) {
      worker.start();
      await().until(() -> lab.predictions().size() == 3);
      await().until(() -> worker.health().isReady());
    }
    ConsumerRecord<byte[], byte[]> answer =
        TopicReader.committed(lab.bootstrapServers, lab.topics.predictions()).get(1);
    assertThat(answer.headers()).isEmpty();
    Prediction told = lab.codec.decode(answer, Prediction.class);
    assertThat(told.getRequestId()).isEqualTo("hostile");
    assertThat(told.getError()).isEqualTo("the request has 600000 headers; the limit is 1024");
    assertThat(told.getOutputs()).isEmpty();
    DeadLetter letter = lab.deadLetters().get(0);
    assertThat(letter.getReason()).contains("600000 headers");
    assertThat(letter.getOffset()).isEqualTo(1);
    assertThat(letter.getHeaders()).isEmpty();
    assertThat(letter.getValue()).isNull();
  }

  @Test
  void answersWithAnErrorWhereTheModelsAnswerIsLargerThanTheTopicTakes() throws Exception {
    lab.publish(1, Versions.state(Versions.spec(2, TOO_MANY_OUTPUTS), 1));
    for (int i = 0; i < 8; i++) {
      lab.ask(i);
    }
    try (InferenceWorker worker = lab.worker("w", engine)) {
      worker.start();
      await().until(() -> lab.predictions().size() == 8);
      assertThat(lab.predictions())
          .allSatisfy(
              answer -> {
                assertThat(answer.getOutputs()).isEmpty();
                assertThat(answer.getError())
                    .containsAnyOf("max.message.bytes", "max message size");
              });
      assertThat(lab.deadLetters()).extracting(DeadLetter::getOffset).hasSize(8);

      lab.publish(2);
      await().until(() -> worker.servingVersion().orElse(0) == 2);
      lab.ask(8);
      await().until(() -> lab.predictions().size() == 9);
      await().until(() -> worker.health().isReady());
    }
    List<Prediction> answers = lab.predictions();
    assertThat(answers).extracting(Prediction::getRequestId).doesNotHaveDuplicates();
    assertThat(answers)
        .filteredOn(answer -> answer.getRequestId().equals("8"))
        .singleElement()
        .satisfies(answer -> assertThat(answer.getError()).isNull());
  }
}
