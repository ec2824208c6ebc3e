package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Report;
import java.io.IOException;

/** Training in memory. */
public final class Train implements Benchmark {
  @Override
  public String name() {
    return "train";
  }

  @Override
  public String about() {
    return "training in memory, one thread each: Tidemill, stock DL4J, PyTorch";
  }

  @Override
  public Report run(BenchContext context) throws IOException {
    return Comparison.run(this, Work.TRAINING, Isa.NATIVE, context);
  }
}
