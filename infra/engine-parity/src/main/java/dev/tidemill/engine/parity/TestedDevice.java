package dev.tidemill.engine.parity;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Precision;

/**
 * Selects the device for an engine's tests: the one of {@code -Dtidemill.device}, or else the CPU.
 * On a GPU, tolerances are ten times as large, because it sums more parts, in another order.
 */
public final class TestedDevice {
  private static final String NAME = System.getProperty("tidemill.device", "cpu");

  private TestedDevice() {}

  /** Returns the engine on the device, with FLOAT32. */
  public static Engine of(Engine engine) {
    return of(engine, Precision.FLOAT32);
  }

  /** Returns the engine on the device, with a precision. */
  public static Engine of(Engine engine, Precision precision) {
    return engine.on(NAME, precision);
  }

  /** Returns the tolerance on the device, given that on the CPU. */
  static float tolerance(float onTheProcessor) {
    return (float) tolerance((double) onTheProcessor);
  }

  /** Returns the tolerance on the device, given that on the CPU. */
  static double tolerance(double onTheProcessor) {
    return NAME.equals("cpu") ? onTheProcessor : 10 * onTheProcessor;
  }
}
