package dev.tidemill.runtime;

import java.util.List;

/** Prints the page of all metrics in Markdown, from the definitions that register them. */
public final class MetricsPage {
  private static final String HEAD =
      """
      # Metrics

      `--metrics-port N` opens `/metrics` in Prometheus' text format. Every metric below has the tags
      `model` and `worker`; the column *tags* names further tags. A histogram `NAME` is scraped as
      `NAME_bucket`, `NAME_count` and `NAME_sum`. Its buckets are the same in every worker, so that
      `histogram_quantile` works across workers.

      Metrics without these tags describe the process: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`,
      `jvm_threads_*`, `process_cpu_*`, `system_cpu_*`, `process_files_*`, `process_uptime_seconds`,
      `process_start_time_seconds`, `process_resident_memory_bytes` (with the memory of native
      libraries) and `process_resident_memory_peak_bytes`.
      """;

  private MetricsPage() {}

  /** One table per group, in the list's order. */
  public static String print(List<MeterGroup> groups) {
    StringBuilder page = new StringBuilder(HEAD);
    for (MeterGroup group : groups) {
      page.append("\n## ").append(group.title()).append("\n\n");
      page.append("| name | kind | tags | meaning |\n|---|---|---|---|\n");
      group.meters().forEach(meter -> row(page, meter));
    }
    return page.toString();
  }

  private static void row(StringBuilder page, MeterDefinition meter) {
    String tags = meter.tags().isEmpty() ? "" : "`" + String.join("`, `", meter.tags()) + "`";
    page.append("| `").append(meter.scrapedName()).append("` | ");
    page.append(meter.kind()).append(" | ").append(tags).append(" | ");
    page.append(meter.description()).append(" |\n");
  }
}
