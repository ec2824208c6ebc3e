package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Report;
import java.io.IOException;

/** Inference in memory, on what most machines have. */
public final class InferAvx2 implements Benchmark {
  @Override
  public String name() {
    return "infer-avx2";
  }

  @Override
  public String about() {
    return "inference in memory, both held to AVX2: Tidemill, PyTorch";
  }

  @Override
  public Report run(BenchContext context) throws IOException {
    return Comparison.run(this, Work.INFERENCE, Isa.AVX2, context);
  }
}
