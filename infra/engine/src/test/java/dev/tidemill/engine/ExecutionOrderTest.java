package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutionOrderTest {

  @Test
  void putsReluAfterEveryMaxPoolingThatFollowsIt() {
    assertThat(order("relu", "max_pool2d", "max_pool2d", "relu"))
        .containsExactly("1", "2", "0", "3");
  }

  @Test
  void leavesOtherLayersInTheirPlaces() {
    assertThat(order("tanh", "max_pool2d", "relu", "avg_pool2d"))
        .containsExactly("0", "1", "2", "3");
  }

  private static List<String> order(String... types) {
    StringBuilder yaml = new StringBuilder("name: m\ninput: {shape: [1, 8, 8]}\nlayers:\n");
    for (String type : types) {
      yaml.append("  - {type: ").append(type);
      yaml.append(type.endsWith("pool2d") ? ", kernel_size: 2}\n" : "}\n");
    }
    yaml.append("  - {type: flatten}\n  - {type: linear, out_features: 2}\n");
    yaml.append("loss: cross_entropy\noptimizer: {type: sgd}\n");
    List<Network.Layer> layers = Network.of(ModelSpec.parse(yaml.toString())).layers();
    return ExecutionOrder.of(layers).subList(0, types.length).stream()
        .map(Network.Layer::name)
        .toList();
  }
}
