package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Report;

/** From the start of a worker to its first answer, and the memory that it holds. */
public final class StartBenchmark implements Benchmark {

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "from a worker's start to its first answer; its memory at rest, under load, after swaps";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    Report.Builder report = Report.of(this);
    try (Broker broker = Broker.start(context)) {
      new Starts(context, broker.bootstrapServers()).measure(report);
      new ManySwaps(context, broker.bootstrapServers()).measure(report);
    }
    return report.build();
  }
}
