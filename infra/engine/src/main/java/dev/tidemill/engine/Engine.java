package dev.tidemill.engine;

import java.util.List;

/** A library that computes. Found by {@link java.util.ServiceLoader}; see {@link Engines}. */
public interface Engine {

  /** The name that a user chooses it by, e.g. {@code dl4j}. */
  String name();

  /**
   * Begins to load what it computes with, which may take seconds, and returns at once: whoever has
   * chosen the engine is about to need it, and has a broker to talk to first.
   */
  default void prepare() {}

  /**
   * Devices that it can compute on here, the default one first, e.g. {@code cpu}, {@code cuda:0}.
   */
  List<String> devices();

  /**
   * This engine, told where its models compute and with what precision. Unless told, it is the
   * processor, in floats.
   *
   * @param device one of {@link #devices}
   * @throws UnsupportedOptionException with all of it that the engine lacks here
   */
  default Engine on(String device, Precision precision) {
    UnsupportedOptionException.check(this, device, precision, List.of(Precision.FLOAT32));
    return this;
  }

  /**
   * A model that learns, beginning at a state: initial ({@link ModelState#initial}), restored, or
   * trained by another engine.
   *
   * @param threads that compute one step, at least 1; 0 for as many as a short measurement finds
   *     worth it here. What is computed does not depend on it, to the bit.
   * @throws UnsupportedSpecException if the engine lacks a way to train that the spec asks for
   * @throws IllegalArgumentException if {@code threads} is negative
   */
  TrainableModel create(ModelState begin, int threads);

  /**
   * A model that answers, by a copy of the state's parameters; their optimizer's state is not
   * needed.
   *
   * @param maxBatchSize samples that one call may carry
   */
  ServableModel load(ModelState state, int maxBatchSize);
}
