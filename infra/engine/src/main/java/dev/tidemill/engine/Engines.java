package dev.tidemill.engine;

import java.util.ServiceLoader;
import java.util.TreeMap;

/** The engines on the class path. */
public final class Engines {
  private Engines() {}

  /**
   * The engine of a name, which begins to load what it needs.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public static Engine named(String name) {
    TreeMap<String, Engine> found = new TreeMap<>();
    for (Engine engine : ServiceLoader.load(Engine.class)) {
      found.put(engine.name(), engine);
    }
    Engine engine = found.get(name);
    if (engine == null) {
      throw new IllegalArgumentException(
          "no engine '" + name + "' on the class path; there are: " + found.keySet());
    }
    engine.prepare();
    return engine;
  }
}
