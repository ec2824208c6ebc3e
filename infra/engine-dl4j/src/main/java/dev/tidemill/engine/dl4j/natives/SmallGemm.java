package dev.tidemill.engine.dl4j.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether OpenBLAS multiplies small matrices well here. It has kernels of their own for them on
 * processors with AVX-512 only: there a product of 6 by 29 by 224 runs at 95 % of the peak. Without
 * them it repacks both matrices first, which made the same product take ten times as long.
 *
 * <p>A property of the processor, so that a run which is resumed on the same kind of machine goes
 * the same ways.
 */
public final class SmallGemm {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  // What OpenBLAS calls the processors that have them.
  private static final Set<String> CORES = Set.of("SKYLAKEX", "COOPERLAKE", "SAPPHIRERAPIDS");

  /** True on processors for which OpenBLAS has such kernels. */
  public static final boolean IS_FAST = isFast(System.getenv("OPENBLAS_CORETYPE"));

  private SmallGemm() {}

  /**
   * @param chosen the kind of processor that OpenBLAS was told to take this one for; null for none
   */
  private static boolean isFast(@Nullable String chosen) {
    if (chosen != null) {
      return CORES.contains(chosen.toUpperCase(Locale.ROOT));
    }
    try {
      return Files.isReadable(PROCESSOR)
          && Files.readString(PROCESSOR, StandardCharsets.ISO_8859_1).contains(" avx512vl");
    } catch (IOException e) {
      // The way that is never bad.
      return false;
    }
  }
}
