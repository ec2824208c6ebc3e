package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Report;

/** What a swap costs those who ask, and how soon a new version answers. */
public final class SwapBenchmark implements Benchmark {

  @Override
  public String name() {
    return "swap";
  }

  @Override
  public String about() {
    return "latency while a new version comes each second; from its commit to its first answer";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    Report.Builder report = Report.of(this);
    try (Broker broker = Broker.start(context);
        LoadClient load = LoadClient.start(context, broker.bootstrapServers())) {
      new SwapLatency(context, broker.bootstrapServers(), load).measure(report);
      new FirstUse(context, broker.bootstrapServers(), load).measure(report);
    }
    return report.build();
  }
}
