package dev.tidemill.cli.command;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import java.util.List;

/**
 * What a demo trains on.
 *
 * @param source as users write it
 * @param trainSamples how many are sent
 * @param epochs how often they are read
 */
record DemoData(String source, long trainSamples, int epochs) {

  /**
   * What suits a network where nothing is said: made-up data that it takes, and so much of it that
   * it has visibly learned after about a minute on two cores.
   */
  static DemoData defaultFor(Network network) {
    if (network.takesTokens()) {
      return new DemoData("sentences", 6_000, 4);
    }
    if (isSequence(network.spec().input().shape())) {
      return new DemoData("waves", 10_000, 3);
    }
    return new DemoData("digits", hasBlocks(network) ? 4_000 : 20_000, 3);
  }

  /** A network that is deep learns more of a sample, and takes longer for it. */
  private static boolean hasBlocks(Network network) {
    return network.layers().stream().anyMatch(layer -> layer.spec() instanceof LayerSpec.Residual);
  }

  /** Places and features. */
  private static boolean isSequence(List<Integer> shape) {
    return shape.size() == 2;
  }
}
