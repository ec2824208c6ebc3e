package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.UnsupportedSpecException;
import org.junit.jupiter.api.Test;

class Dl4jEngineTest {

  @Test
  void rejectsUnsupportedOptionsAndNamesTheEngineWithSupport() {
    assertRejected(
        "weight_decay: 0}",
        "weight_decay: 0, state_dtype: bfloat16}",
        "engine dl4j cannot store optimizer state with optimizer.state_dtype bfloat16;"
            + " engine torch can");
    assertRejected(
        "seed: 1}",
        "seed: 1, activation_checkpointing: true}",
        "engine dl4j cannot run training.activation_checkpointing; engine torch can");
  }

  private static void assertRejected(String text, String replacement, String message) {
    ModelSpec spec = ModelSpec.parse(ModelSpec.load("lenet").toYaml().replace(text, replacement));
    ModelState state = ModelState.allocate(spec);
    assertThatThrownBy(() -> new Dl4jEngine().create(state, 1))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessage(message);
  }
}
