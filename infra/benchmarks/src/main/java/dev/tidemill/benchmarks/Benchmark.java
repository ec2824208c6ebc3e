package dev.tidemill.benchmarks;

/**
 * One set of figures that a user asks for by its name. Found by {@link java.util.ServiceLoader}.
 */
public interface Benchmark {

  /** The name on the command line, and of its page in docs/benchmarks. */
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
