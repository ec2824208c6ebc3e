package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import org.junit.jupiter.api.Test;

class NextByteModelTest {
  @Test
  void windowIsTheLengthOfTheInput() {
    assertThat(NextByteModel.of("prose", Network.of(ModelSpec.load("transformer"))))
        .isEqualTo(new NextByteModel(64));
  }

  @Test
  void rejectsAClassifier() {
    assertThatThrownBy(() -> NextByteModel.of("digits", Network.of(ModelSpec.load("lenet"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("model digits cannot generate text")
        .hasMessageContaining("[1, 28, 28]")
        .hasMessageContaining("[10]");
  }

  @Test
  void rejectsAVocabularyLargerThanBytes() {
    ModelSpec words =
        ModelSpec.parse(
            """
            name: words
            input: {shape: [8]}
            layers:
              - {type: embedding, num_embeddings: 5000, embedding_dim: 4}
              - {type: linear, out_features: 5000}
            loss: cross_entropy
            optimizer: {type: sgd, learning_rate: 0.1}
            """);
    assertThatThrownBy(() -> NextByteModel.of("words", Network.of(words)))
        .hasMessage(
            "model words has 5000 output classes; text generation needs at most 256, one per byte");
  }
}
