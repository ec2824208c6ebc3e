package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Report;
import java.io.IOException;

/** Training in memory, on what most machines have. */
public final class TrainAvx2 implements Benchmark {
  @Override
  public String name() {
    return "train-avx2";
  }

  @Override
  public String about() {
    return "training in memory, both held to AVX2: Tidemill, PyTorch";
  }

  @Override
  public Report run(BenchContext context) throws IOException {
    return Comparison.run(this, Work.TRAINING, Isa.AVX2, context);
  }
}
