package dev.tidemill.engine.dl4j.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one plan, allocated while the plan is built: partly its own, partly from a shared
 * region.
 */
public final class Workspace implements AutoCloseable {
  private final Region region;
  private final List<FlatMemory> own = new ArrayList<>();
  private long length;

  /**
   * @param region arena of plans that never run at the same time as this one
   */
  public Workspace(Region region) {
    this.region = region;
    region.begin();
  }

  /** Allocates zeros that persist from run to run. */
  public Floats allocate(long count) {
    FlatMemory memory = new FlatMemory(count);
    own.add(memory);
    length += count;
    return memory.all();
  }

  /** Allocates scratch memory. Each run must write it before reading it. */
  public Floats scratch(long count) {
    length += count;
    return region.allocate(count);
  }

  /** Returns the size of all allocations. */
  public long bytes() {
    return length * Float.BYTES;
  }

  /** Frees the plan's own memory, not the region's. */
  @Override
  public void close() {
    own.forEach(FlatMemory::close);
    own.clear();
  }
}
