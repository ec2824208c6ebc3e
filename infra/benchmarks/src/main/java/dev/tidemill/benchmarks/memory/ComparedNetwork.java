package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.ScheduleSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What all participants are given, in a folder: a network with its first weights ({@code
 * state.safetensors}), its spec once more for those who do not read ours ({@code network.json}),
 * and samples.
 */
record ComparedNetwork(ModelState begin, Samples samples) {
  static final double LEARNING_RATE = 0.01;
  static final double MOMENTUM = 0.9;

  private static final long SEED = 1;
  private static final String STATE = "state.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A network as it is compared: with a learning rate that stays, and where stock Deeplearning4j
   * takes part, with the one optimizer that all have.
   *
   * @param spec a built-in one's name, or a file
   */
  static ComparedNetwork of(String spec) {
    ModelSpec loaded = ModelSpec.load(spec).withSchedule(new ScheduleSpec.Constant(0));
    ModelSpec compared =
        Peers.STOCK_NETWORKS.contains(spec)
            ? loaded.withOptimizer(new OptimizerSpec.Sgd(LEARNING_RATE, MOMENTUM, 0, false, 0))
            : loaded;
    return new ComparedNetwork(
        ModelState.initial(compared, SEED), Samples.drawn(Network.of(compared)));
  }

  /** Writes it into a folder, for {@link #read} and for Python. */
  void write(Path folder) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve(STATE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafeTensors.write(begin, false, file);
    }
    Load yaml = new Load(LoadSettings.builder().build());
    JSON.writeValue(
        folder.resolve("network.json").toFile(),
        Map.of(
            "spec", yaml.loadFromString(begin.spec().toYaml()),
            "inputs", samples.inputType(),
            "labels", samples.labelType()));
    samples.write(folder);
  }

  /** The one that was written into a folder. */
  static ComparedNetwork read(Path folder) throws IOException {
    try (FileChannel file = FileChannel.open(folder.resolve(STATE))) {
      ModelState begin = SafeTensors.read(file.map(MapMode.READ_ONLY, 0, file.size()));
      return new ComparedNetwork(begin, Samples.read(Network.of(begin.spec()), folder));
    }
  }
}
