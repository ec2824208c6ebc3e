package dev.tidemill.engine;

import java.nio.charset.StandardCharsets;

/**
 * Generates random numbers that depend only on a seed and a name. They are the same in every
 * engine, on every platform and after a resume. The generator is SplitMix64 (Steele, Lea, Flood:
 * Fast Splittable Pseudorandom Number Generators, 2014), seeded with an FNV-1a hash of the name.
 * Not thread-safe, and not cryptographically secure.
 */
public final class SeededStream {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private SeededStream(long state) {
    this.state = state;
  }

  /** Creates the stream of a seed and a name, e.g. the name of a tensor. */
  public static SeededStream of(long seed, String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return new SeededStream(mix(mix(seed + GAMMA) + hash));
  }

  /** Creates an independent stream for a number, e.g. a step. This stream does not advance. */
  public SeededStream split(long number) {
    return new SeededStream(mix(state ^ mix(number + GAMMA)));
  }

  /** 64 random bits. */
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1); a multiple of 2^-24. */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1p-24f;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
