package dev.tidemill.engine.dl4j.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * A memory arena for plans that run one at a time. Every plan allocates from the start of the
 * arena, so together they take no more memory than the largest. Each plan overwrites the data of
 * the others.
 */
public final class Region implements AutoCloseable {
  private static final int CHUNK = 1 << 18;
  private static final int CACHE_LINE = 16;

  private final List<FlatMemory> chunks = new ArrayList<>();
  private int chunk;
  private long used;

  /** Starts the allocations of another plan. */
  void begin() {
    chunk = 0;
    used = 0;
  }

  /** Allocates floats with undefined content. */
  Floats allocate(long length) {
    while (chunk < chunks.size() && used + length > chunks.get(chunk).length()) {
      chunk++;
      used = 0;
    }
    if (chunk == chunks.size()) {
      chunks.add(new FlatMemory(Math.max(length, CHUNK)));
    }
    Floats taken = chunks.get(chunk).slice(used, length);
    used += (length + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return taken;
  }

  /** Frees all chunks; later allocations use new ones. */
  @Override
  public void close() {
    chunks.forEach(FlatMemory::close);
    chunks.clear();
    begin();
  }
}
