package dev.tidemill.engine.parity;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Precision;

/**
 * What an engine's tests run on: the device that {@code -Dtidemill.device} names, otherwise the
 * processor. On a GPU a float may be ten times as far from what is expected: its sums are made in
 * another order, of more parts.
 */
public final class TestedDevice {
  private static final String NAME = System.getProperty("tidemill.device", "cpu");

  private TestedDevice() {}

  /** The engine on that device, in floats. */
  public static Engine of(Engine engine) {
    return of(engine, Precision.FLOAT32);
  }

  /** The engine on that device, in a precision. */
  public static Engine of(Engine engine, Precision precision) {
    return engine.on(NAME, precision);
  }

  /** How far a float may be from what is expected. */
  static float tolerance(float onTheProcessor) {
    return (float) tolerance((double) onTheProcessor);
  }

  /** How far a value may be from what is expected. */
  static double tolerance(double onTheProcessor) {
    return NAME.equals("cpu") ? onTheProcessor : 10 * onTheProcessor;
  }
}
