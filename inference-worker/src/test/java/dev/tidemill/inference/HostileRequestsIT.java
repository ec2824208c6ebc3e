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

/** Requests and models whose answers no topic accepts. */
@WithKafka
class HostileRequestsIT {
  private static final int TOO_MANY_OUTPUTS = 400_000;

  private final LinearEngine engine = new LinearEngine();
  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) {
    fixture = ServingFixture.create(kafka.bootstrapServers());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void answersARequestWith600000EmptyHeadersWithAnError() throws Exception {
    fixture.publish(1);
    fixture.ask(0);
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 600_000; i++) {
      headers.add("", null);
    }
    fixture.ask("hostile", Tensors.float32(new long[] {2}, new float[] {1, 0}), 0, headers);
    fixture.ask(4);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> fixture.predictions().size() == 3);
      await().until(() -> worker.health().isReady());
    }
    ConsumerRecord<byte[], byte[]> answer =
        TopicReader.committed(fixture.bootstrapServers, fixture.topics.predictions()).get(1);
    assertThat(answer.headers()).isEmpty();
    Prediction prediction = fixture.codec.decode(answer, Prediction.class);
    assertThat(prediction.getRequestId()).isEqualTo("hostile");
    assertThat(prediction.getError())
        .isEqualTo("the request has 600000 headers; the limit is 1024");
    assertThat(prediction.getOutputs()).isEmpty();
    DeadLetter letter = fixture.deadLetters().get(0);
    assertThat(letter.getReason()).contains("600000 headers");
    assertThat(letter.getOffset()).isEqualTo(1);
    assertThat(letter.getHeaders()).isEmpty();
    assertThat(letter.getValue()).isNull();
  }

  @Test
  void answersWithAnErrorIfTheAnswerIsTooLargeForTheTopic() throws Exception {
    fixture.publish(1, Versions.state(Versions.spec(2, TOO_MANY_OUTPUTS), 1));
    for (int i = 0; i < 8; i++) {
      fixture.ask(i);
    }
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> fixture.predictions().size() == 8);
      assertThat(fixture.predictions())
          .allSatisfy(
              answer -> {
                assertThat(answer.getOutputs()).isEmpty();
                assertThat(answer.getError())
                    .containsAnyOf("max.message.bytes", "max message size");
              });
      assertThat(fixture.deadLetters()).extracting(DeadLetter::getOffset).hasSize(8);

      fixture.publish(2);
      await().until(() -> worker.servingVersion().orElse(0) == 2);
      fixture.ask(8);
      await().until(() -> fixture.predictions().size() == 9);
      await().until(() -> worker.health().isReady());
    }
    List<Prediction> answers = fixture.predictions();
    assertThat(answers).extracting(Prediction::getRequestId).doesNotHaveDuplicates();
    assertThat(answers)
        .filteredOn(answer -> answer.getRequestId().equals("8"))
        .singleElement()
        .satisfies(answer -> assertThat(answer.getError()).isNull());
  }
}
