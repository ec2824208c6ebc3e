package dev.tidemill.engine.dl4j;

import java.util.ArrayList;
import java.util.List;

/** The memory of one plan: allocated while the plan is made, freed with it. */
final class Workspace implements AutoCloseable {
  private final List<FlatMemory> memories = new ArrayList<>();

  /** Zeros. */
  Floats allocate(long length) {
    FlatMemory memory = new FlatMemory(length);
    memories.add(memory);
    return memory.all();
  }

  @Override
  public void close() {
    memories.forEach(FlatMemory::close);
    memories.clear();
  }
}
