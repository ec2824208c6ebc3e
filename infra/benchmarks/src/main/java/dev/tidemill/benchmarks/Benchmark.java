package dev.tidemill.benchmarks;

/**
 * A named set of measurements.
 *
 * @param name on the command line, and of its page in docs/benchmarks
 * @param about what it measures, in one line
 */
public record Benchmark(String name, String about, Measurement measurement) {

  /** Runs a benchmark. */
  public interface Measurement {
    /**
     * Measures and adds tables, targets and notes to the context's report.
     *
     * @throws BenchmarkException if a participant fails; the message has its last lines
     */
    void run(BenchContext context) throws Exception;
  }
}
