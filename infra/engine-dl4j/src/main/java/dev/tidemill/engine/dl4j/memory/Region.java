package dev.tidemill.engine.dl4j.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory for plans of which one runs at a time: each of them begins at its beginning, so that all
 * together take no more than the largest. What a plan left there, another one overwrites.
 */
public final class Region implements AutoCloseable {
  private static final int CHUNK = 1 << 18;
  private static final int CACHE_LINE = 16;

  private final List<FlatMemory> chunks = new ArrayList<>();
  private int chunk;
  private long used;

  /** Another plan begins to take memory. */
  void begin() {
    chunk = 0;
    used = 0;
  }

  /** The next floats, with anything in them. */
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

  /** Frees all of it; what is taken after that is new. */
  @Override
  public void close() {
    chunks.forEach(FlatMemory::close);
    chunks.clear();
    begin();
  }
}
