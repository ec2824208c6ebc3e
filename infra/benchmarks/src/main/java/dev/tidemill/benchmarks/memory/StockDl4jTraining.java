package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.ParticipantLoop;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Deeplearning4j as shipped: {@code fit}, from arrays in memory. */
final class StockDl4jTraining {
  private StockDl4jTraining() {}

  /** Takes the folder of a {@link ComparedNetwork} and the name of the network. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ComparedNetwork given = ComparedNetwork.read(Path.of(args[0]));
    StockDl4jSamples samples = new StockDl4jSamples(given.samples(), args[1]);
    MultiLayerNetwork network = StockDl4jNetwork.build(args[1]);
    loop.serve(
        StockDl4jNetwork.versions(),
        order -> {
          int size = order.path("batch").asInt();
          samples.batch(0, size);
          return TimedRound.run(order, step -> network.fit(samples.batch(step, size)));
        });
  }
}
