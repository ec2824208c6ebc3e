package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.ArrayList;
import java.util.List;

/** Builds the optimizer of a spec over the state's memory. */
public final class OptimizerBuilder implements OptimizerSpec.Visitor<Optimizer> {
  private final Floats parameters;
  private final List<Floats> state = new ArrayList<>();

  /**
   * @param memory state memory in the network's layout
   */
  public OptimizerBuilder(Network network, FlatMemory memory) {
    StateLayout layout = network.stateLayout();
    long length = layout.parameterLength();
    String first = layout.slices().get(0).name();
    parameters = memory.slice(0, length);
    for (String name : network.spec().optimizer().stateNames()) {
      // The layout stores each optimizer tensor contiguously for all parameters.
      long begin = layout.slice("optimizer." + name + "." + first).offset();
      state.add(memory.slice(begin, length));
    }
  }

  @Override
  public Optimizer sgd(OptimizerSpec.Sgd spec) {
    return new Sgd(spec, parameters, state);
  }

  @Override
  public Optimizer adagrad(OptimizerSpec.Adagrad spec) {
    return new Adagrad(spec, parameters, state);
  }

  @Override
  public Optimizer rmsprop(OptimizerSpec.Rmsprop spec) {
    return new Rmsprop(spec, parameters, state);
  }

  @Override
  public Optimizer adam(OptimizerSpec.Adam spec) {
    return new Adam(spec, parameters, state);
  }

  @Override
  public Optimizer adamW(OptimizerSpec.AdamW spec) {
    return new Adam(spec, parameters, state);
  }
}
