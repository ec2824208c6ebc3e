package dev.tidemill.engine;

import java.util.List;

/** A library that computes. Found by {@link java.util.ServiceLoader}; see {@link Engines}. */
public interface Engine {

  /** The name that a user chooses it by, e.g. {@code dl4j}. */
  String name();

  /**
   * Devices that it can compute on here, the default one first, e.g. {@code cpu}, {@code cuda:0}.
   */
  List<String> devices();

  /**
   * A model that learns, beginning at a state: initial ({@link ModelState#initial}), restored, or
   * trained by another engine.
   *
   * @throws UnsupportedLayerException if the engine lacks a layer of the spec
   */
  TrainableModel create(ModelState begin);

  /**
   * A model that answers.
   *
   * @param maxBatchSize samples that one call may carry
   * @throws UnsupportedLayerException if the engine lacks a layer of the spec
   */
  ServableModel load(ModelState state, int maxBatchSize);
}
