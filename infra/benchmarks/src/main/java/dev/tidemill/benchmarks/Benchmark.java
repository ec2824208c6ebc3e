package dev.tidemill.benchmarks;

/**
 * One set of figures that a user asks for by its name. Found by {@link java.util.ServiceLoader}.
 */
public interface Benchmark {

  /** The name that it is asked for by, and that its section of docs/benchmarks.md bears. */
  String name();

  /** What it measures, in one line. */
  String about();

  /**
   * Measures.
   *
   * @throws BenchmarkException if a participant failed; the message has its last lines
   */
  Report run(BenchContext context) throws Exception;
}
