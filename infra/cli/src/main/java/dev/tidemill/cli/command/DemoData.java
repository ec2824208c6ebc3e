package dev.tidemill.cli.command;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import java.util.List;

/**
 * The data that a demo trains on.
 *
 * @param source a source spec, such as {@code digits}
 * @param trainSamples number of training samples
 * @param epochs passes over them
 */
record DemoData(String source, long trainSamples, int epochs) {
  private static final long AFTER_CHANGE = 30_000;

  /** The latest first sample after a change: the number of training samples must not overflow. */
  static final long MAX_CHANGE = Long.MAX_VALUE - AFTER_CHANGE;

  /**
   * Returns generated data that fits the network's input. There is enough of it for the network to
   * learn visibly in about a minute on two cores.
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

  /**
   * Returns the same data, read once, with enough samples behind a change for the network to
   * recover.
   *
   * @param at the first sample after the change, at most {@link #MAX_CHANGE}
   */
  DemoData changingAt(long at) {
    return new DemoData(source, at + AFTER_CHANGE, 1);
  }

  /** A residual network needs fewer samples, and more time for each. */
  private static boolean hasBlocks(Network network) {
    return network.layers().stream().anyMatch(layer -> layer.spec() instanceof LayerSpec.Residual);
  }

  /** Whether the shape is (positions, features). */
  private static boolean isSequence(List<Integer> shape) {
    return shape.size() == 2;
  }
}
