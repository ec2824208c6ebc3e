package dev.tidemill.benchmarks.memory;

import java.util.List;
import java.util.Map;

/** Who takes part in memory, by name, and what is the same for all. */
final class Peers {
  static final String OURS = "Tidemill";
  static final String STOCK = "stock DL4J";
  static final String PYTORCH = "PyTorch";

  /** The networks that stock Deeplearning4j has here. */
  static final List<String> STOCK_NETWORKS = List.of("lenet", "mlp");

  /** What a ratio is made of: more is better. */
  static final String RATE = "samples_per_second";

  static final Map<String, String> ONE_THREAD =
      Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1");

  private Peers() {}
}
