package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Report;
import java.io.IOException;

/** Inference in memory. */
public final class Infer implements Benchmark {
  @Override
  public String name() {
    return "infer";
  }

  @Override
  public String about() {
    return "inference in memory, one thread each: Tidemill, stock DL4J, PyTorch";
  }

  @Override
  public Report run(BenchContext context) throws IOException {
    return Comparison.run(this, Work.INFERENCE, Isa.NATIVE, context);
  }
}
