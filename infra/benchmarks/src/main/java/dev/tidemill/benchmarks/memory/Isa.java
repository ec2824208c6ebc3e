package dev.tidemill.benchmarks.memory;

import java.util.List;
import java.util.Map;

/** The vector instructions that both sides may use. */
enum Isa {
  /** Whatever the machine has. */
  NATIVE,

  /** No AVX-512, in any library and in the JVM. */
  AVX2;

  /** Behind a table's title. */
  String words() {
    return this == NATIVE ? "" : ", both held to AVX2";
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
