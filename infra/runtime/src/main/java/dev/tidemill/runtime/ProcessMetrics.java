package dev.tidemill.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The metrics of the JVM and of the process: memory with what native libraries use, threads,
 * garbage collection, CPU usage and open files.
 */
final class ProcessMetrics implements AutoCloseable {
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final MeterRegistry registry;

  /** Registers the metrics. Garbage collections count from now on. */
  ProcessMetrics(MeterRegistry registry) {
    this.registry = registry;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    if (ResidentMemory.peakBytes().isPresent()) {
      bytes(
          "process.resident.memory.peak",
          "The most memory that the process has had at once.",
          () -> orNaN(ResidentMemory.peakBytes()));
      bytes(
          "process.resident.memory",
          "Memory of the process: the heap, native libraries and their data, but not GPU memory.",
          () -> orNaN(ResidentMemory.bytes()));
    }
  }

  /** A gauge that cannot be read now has no value, instead of a wrong one. */
  private static double orNaN(OptionalLong bytes) {
    return bytes.isPresent() ? bytes.getAsLong() : Double.NaN;
  }

  private void bytes(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).baseUnit("bytes").register(registry);
  }

  @Override
  public void close() {
    collections.close();
  }
}
