package dev.tidemill.engine.dl4j.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether OpenBLAS is fast with small matrices on this processor. It has small-matrix kernels only
 * for AVX-512: there a product of 6 by 29 by 224 runs at 95 % of the peak. On other processors it
 * repacks both matrices first, and the same product takes ten times as long.
 *
 * <p>The result depends only on the processor and {@code OPENBLAS_CORETYPE}. So a run that resumes
 * on the same kind of machine uses the same kernels.
 */
public final class SmallGemm {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  // OpenBLAS core types with small-matrix kernels.
  private static final Set<String> CORES = Set.of("SKYLAKEX", "COOPERLAKE", "SAPPHIRERAPIDS");

  /** True if OpenBLAS has small-matrix kernels for this processor. */
  public static final boolean IS_FAST = isFast(System.getenv("OPENBLAS_CORETYPE"));

  private SmallGemm() {}

  /**
   * @param coreType core type that {@code OPENBLAS_CORETYPE} forces; null for none
   */
  private static boolean isFast(@Nullable String coreType) {
    if (coreType != null) {
      return CORES.contains(coreType.toUpperCase(Locale.ROOT));
    }
    try {
      return Files.isReadable(PROCESSOR)
          && Files.readString(PROCESSOR, StandardCharsets.ISO_8859_1).contains(" avx512vl");
    } catch (IOException e) {
      // Fall back to the kernels that are never slow.
      return false;
    }
  }
}
