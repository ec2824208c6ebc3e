package dev.tidemill.engine.dl4j.memory;

import java.util.ArrayList;
import java.util.List;

/** The memory of one plan: taken while the plan is made, of its own and of a region's. */
public final class Workspace implements AutoCloseable {
  private final Region region;
  private final List<FlatMemory> own = new ArrayList<>();
  private long length;

  /**
   * @param region of the plans that do not run while this one does
   */
  public Workspace(Region region) {
    this.region = region;
    region.begin();
  }

  /** Zeros, for what is to stay from run to run. */
  public Floats allocate(long count) {
    FlatMemory memory = new FlatMemory(count);
    own.add(memory);
    length += count;
    return memory.all();
  }

  /** For what a run writes before it reads it: between runs it is lost. */
  public Floats scratch(long count) {
    length += count;
    return region.allocate(count);
  }

  /** All that was taken. */
  public long bytes() {
    return length * Float.BYTES;
  }

  /** Frees what is its own. */
  @Override
  public void close() {
    own.forEach(FlatMemory::close);
    own.clear();
  }
}
