package dev.tidemill.engine;

import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the engines on the class path. */
public final class Engines {
  private Engines() {}

  /**
   * Returns the engine with a name, and lets it start to load its native libraries.
   *
   * @throws IllegalArgumentException if there is none; the message lists the available engines
   */
  public static Engine named(String name) {
    TreeMap<String, Engine> found = new TreeMap<>();
    for (Engine engine : ServiceLoader.load(Engine.class)) {
      found.put(engine.name(), engine);
    }
    Engine engine = found.get(name);
    if (engine == null) {
      throw new IllegalArgumentException(
          "no engine '" + name + "' on the class path; available: " + found.keySet());
    }
    engine.prepare();
    return engine;
  }
}
