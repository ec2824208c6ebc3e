package dev.tidemill.engine;

import java.util.List;

/**
 * A library that trains and serves models. {@link java.util.ServiceLoader} finds it; see {@link
 * Engines}.
 */
public interface Engine {

  /** The name that selects the engine, e.g. {@code dl4j}. */
  String name();

  /**
   * Starts to load native libraries in the background and returns at once. Loading may take
   * seconds, and a caller usually connects to a broker before it needs them.
   */
  default void prepare() {}

  /** The devices available on this machine, the default first, e.g. {@code cpu}, {@code cuda:0}. */
  List<String> devices();

  /**
   * Returns this engine for a device and a precision. The default is the CPU with FLOAT32.
   *
   * @param device one of {@link #devices}
   * @throws UnsupportedOptionException listing everything that the engine lacks here
   */
  default Engine on(String device, Precision precision) {
    UnsupportedOptionException.check(this, device, precision, List.of(Precision.FLOAT32));
    return this;
  }

  /**
   * Creates a model for training from a state. The state may be initial ({@link
   * ModelState#initial}), restored, or trained by another engine.
   *
   * @param threads the number of threads that compute a step; 0 lets a short measurement choose.
   *     The results are bit-identical for any number.
   * @throws UnsupportedSpecException if the engine does not support a training option of the spec
   * @throws IllegalArgumentException if {@code threads} is negative
   */
  TrainableModel create(ModelState begin, int threads);

  /**
   * Creates a model for serving from a copy of the state's parameters and buffers. The optimizer
   * state is ignored.
   *
   * @param maxBatchSize the largest number of samples in one call
   */
  ServableModel load(ModelState state, int maxBatchSize);
}
