package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Report;

/** Throughput and latency of answering requests through Kafka, beside a Python loop. */
public final class ServeBenchmark implements Benchmark {

  @Override
  public String name() {
    return "serve";
  }

  @Override
  public String about() {
    return "predictions/s and latency through Kafka, beside a Python loop, by guarantee";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    try (Broker broker = Broker.start(context);
        Contenders field = Contenders.start(context, broker.bootstrapServers());
        LoadClient load = LoadClient.start(context, broker.bootstrapServers())) {
      ServeRounds rounds = new ServeRounds(context, field, load);
      rounds.run();
      Report.Builder report = new ServeReport(this, context, field, rounds).build();
      new Loopback(context, broker.bootstrapServers(), load).measure(report, rounds.highestRate());
      return report.build();
    }
  }
}
