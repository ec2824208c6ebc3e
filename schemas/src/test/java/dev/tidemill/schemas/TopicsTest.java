package dev.tidemill.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class TopicsTest {
  private final Topics topics = Topics.of("tidemill", "digits");

  @Test
  void namesArePrefixModelAndWord() {
    assertThat(topics.batches()).isEqualTo("tidemill.digits.batches");
    assertThat(topics.checkpointChunks()).isEqualTo("tidemill.digits.checkpoint-chunks");
    for (Topics.Name name : Topics.Name.values()) {
      assertThat(topics.get(name)).isEqualTo("tidemill.digits." + name.word());
      assertThat(Topics.Name.of(name.word())).isEqualTo(name);
    }
  }

  @Test
  void oneTopicCanBeNamedOnItsOwn() {
    Topics shared = topics.withOverride(Topics.Name.BATCHES, "shared.batches");
    assertThat(shared.batches()).isEqualTo("shared.batches");
    assertThat(shared.checkpoints()).isEqualTo(topics.checkpoints());
  }

  @Test
  void whatKafkaWouldRefuseIsRefusedWithItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics.withOverride(Topics.Name.LABELS, "a b"))
        .withMessageContaining("topic.labels=\"a b\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.of("tidemill", "my model"))
        .withMessageContaining("\"my model\" is no model name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.of("tidemill", "m".repeat(240)))
        .withMessageContaining("249");
  }

  @Test
  void twoNamesOfOneTopicAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics.withOverride(Topics.Name.LABELS, topics.requests()))
        .withMessageContaining("topic.labels and topic.requests are both");
  }

  @Test
  void anUnknownWordIsAnsweredWithTheKnownOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.Name.of("batch"))
        .withMessageContaining("checkpoint-chunks");
  }
}
