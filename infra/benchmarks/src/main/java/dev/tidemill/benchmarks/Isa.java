package dev.tidemill.benchmarks;

import java.util.List;
import java.util.Map;

/** The vector instructions that participants may use. */
public enum Isa {
  /** Everything that the CPU has. */
  NATIVE,
  /** No AVX-512, in no library and not in the JVM. */
  AVX2;

  /** For a table's title. */
  public String text() {
    return this == NATIVE ? "" : ", limited to AVX2";
  }

  Map<String, String> environment() {
    return this == NATIVE
        ? Map.of()
        : Map.of(
            "DNNL_MAX_CPU_ISA", "AVX2",
            "ONEDNN_MAX_CPU_ISA", "AVX2",
            "OPENBLAS_CORETYPE", "Haswell",
            "ATEN_CPU_CAPABILITY", "avx2",
            "MKL_ENABLE_INSTRUCTIONS", "AVX2");
  }

  List<String> jvmFlags() {
    return this == NATIVE ? List.of() : List.of("-XX:UseAVX=2");
  }
}
