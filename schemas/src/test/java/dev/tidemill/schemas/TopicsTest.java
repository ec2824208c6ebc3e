package dev.tidemill.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class TopicsTest {
  private final Topics topics = Topics.of("tidemill", "digits");

  @Test
  void namesConsistOfPrefixModelAndWord() {
    assertThat(topics.batches()).isEqualTo("tidemill.digits.batches");
    assertThat(topics.checkpointChunks()).isEqualTo("tidemill.digits.checkpoint-chunks");
    for (Topics.Name name : Topics.Name.values()) {
      assertThat(topics.get(name)).isEqualTo("tidemill.digits." + name.word());
      assertThat(Topics.Name.of(name.word())).isEqualTo(name);
    }
  }

  @Test
  void overridesOneTopic() {
    Topics shared = topics.withOverride(Topics.Name.BATCHES, "shared.batches");
    assertThat(shared.batches()).isEqualTo("shared.batches");
    assertThat(shared.checkpoints()).isEqualTo(topics.checkpoints());
  }

  @Test
  void rejectsIllegalTopicNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics.withOverride(Topics.Name.LABELS, "a b"))
        .withMessageContaining("topic.labels=\"a b\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.of("tidemill", "my model"))
        .withMessageContaining("\"my model\" is not a model name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.of("tidemill", "m".repeat(240)))
        .withMessageContaining("249");
  }

  @Test
  void rejectsEqualTopicNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics.withOverride(Topics.Name.LABELS, topics.requests()))
        .withMessageContaining("topic.labels and topic.requests are both");
  }

  @Test
  void unknownWordErrorListsAllWords() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.Name.of("batch"))
        .withMessageContaining("checkpoint-chunks");
  }
}
