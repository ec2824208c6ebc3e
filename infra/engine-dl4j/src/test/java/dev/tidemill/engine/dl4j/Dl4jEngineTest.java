package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.UnsupportedSpecException;
import org.junit.jupiter.api.Test;

class Dl4jEngineTest {

  @Test
  void refusesWaysToTrainThatItLacksAndNamesTheEngineThatHasThem() {
    refused(
        "weight_decay: 0}",
        "weight_decay: 0, state_dtype: bfloat16}",
        "engine dl4j cannot keep its state as optimizer.state_dtype bfloat16; engine torch can");
    refused(
        "seed: 1}",
        "seed: 1, activation_checkpointing: true}",
        "engine dl4j cannot do training.activation_checkpointing; engine torch can");
  }

  private static void refused(String text, String instead, String why) {
    ModelSpec spec = ModelSpec.parse(ModelSpec.load("lenet").toYaml().replace(text, instead));
    ModelState state = ModelState.allocate(spec);
    assertThatThrownBy(() -> new Dl4jEngine().create(state, 1))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessage(why);
  }
}
