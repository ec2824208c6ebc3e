package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.ScheduleSpec;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What all participants are given: a network with its initial weights, and samples. Those in Java
 * make it, the same in each process. Those in Python read a folder with the weights ({@code
 * state.safetensors}), the spec ({@code network.json}) and the samples.
 *
 * @param given what {@link #of} takes
 */
record ComparedNetwork(String given, ModelState state, Samples samples) {
  static final double LEARNING_RATE = 0.01;
  static final double MOMENTUM = 0.9;

  /**
   * Prepares a network for comparison: with a constant learning rate, and for networks that stock
   * Deeplearning4j has, with the one optimizer that all participants have.
   *
   * @param spec a name of a built-in one or of one in {@code infra/benchmarks/gpu}, or a file
   */
  static ComparedNetwork of(String spec) {
    ModelSpec compared =
        packed(spec + ".yaml")
            .map(ModelSpec::parse)
            .orElseGet(() -> ModelSpec.load(spec))
            .withSchedule(new ScheduleSpec.Constant(0));
    if (Comparison.STOCK_NETWORKS.contains(spec)) {
      compared =
          compared.withOptimizer(new OptimizerSpec.Sgd(LEARNING_RATE, MOMENTUM, 0, false, 0));
    }
    return new ComparedNetwork(
        spec, ModelState.initial(compared, 1), Samples.draw(Network.of(compared), Samples.COUNT));
  }

  /** The text of a file in {@code infra/benchmarks/gpu}; empty if there is none. */
  static Optional<String> packed(String file) {
    try (InputStream in = ComparedNetwork.class.getResourceAsStream("/gpu/" + file)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  String name() {
    return state.spec().name();
  }

  Network network() {
    return Network.of(state.spec());
  }

  /** Writes it into a folder, for Python, and returns the folder. */
  Path write(Path folder) throws IOException {
    Files.write(folder.resolve("inputs.bin"), samples.inputs().array());
    Files.write(folder.resolve("labels.bin"), samples.labels().array());
    try (FileOutputStream file =
        new FileOutputStream(folder.resolve("state.safetensors").toFile())) {
      SafeTensors.write(state, false, file.getChannel());
    }
    Load yaml = new Load(LoadSettings.builder().build());
    new ObjectMapper()
        .writeValue(
            folder.resolve("network.json").toFile(),
            Map.of(
                "spec", yaml.loadFromString(state.spec().toYaml()),
                "inputs", samples.inputType(),
                "labels", samples.labelType()));
    return folder;
  }
}
