package dev.tidemill.benchmarks.memory;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.Precision;
import java.util.List;

/**
 * Which engine a participant measures, as its command line names it.
 *
 * @param device {@code cpu}, {@code cuda:0} …
 * @param precision {@code float32} or {@code bfloat16}
 */
record EngineChoice(String engine, String device, String precision) {

  /** A participant's arguments: a folder, and this. */
  List<String> behind(String folder) {
    return List.of(folder, engine, device, precision);
  }

  /** The one that stands in a command line from a place on. */
  static EngineChoice at(int place, String[] arguments) {
    return new EngineChoice(arguments[place], arguments[place + 1], arguments[place + 2]);
  }

  /**
   * The engine.
   *
   * @throws IllegalArgumentException if there is none of that name, or it lacks device or precision
   */
  Engine open() {
    return Engines.named(engine).on(device, Precision.of(precision));
  }

  /** The same elsewhere. */
  EngineChoice on(String other, String with) {
    return new EngineChoice(engine, other, with);
  }
}
