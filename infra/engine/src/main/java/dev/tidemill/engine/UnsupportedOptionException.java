package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;

/** Thrown if an engine does not have the requested device or precision. */
public final class UnsupportedOptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> faults;

  private UnsupportedOptionException(List<String> faults) {
    super(String.join("; ", faults));
    this.faults = List.copyOf(faults);
  }

  /** What the engine lacks, one sentence each. */
  public List<String> faults() {
    return faults;
  }

  /**
   * Checks that an engine has a device and a precision.
   *
   * @param precisions that the engine supports
   * @throws UnsupportedOptionException if it lacks one of them
   */
  public static void check(
      Engine engine, String device, Precision precision, List<Precision> precisions) {
    List<String> faults = new ArrayList<>();
    if (!engine.devices().contains(device)) {
      faults.add(noDevice(engine, device));
    }
    if (!precisions.contains(precision)) {
      List<String> words = precisions.stream().map(Precision::word).toList();
      faults.add(
          "engine "
              + engine.name()
              + " does not support precision "
              + precision.word()
              + "; supported: "
              + words);
    }
    if (!faults.isEmpty()) {
      throw new UnsupportedOptionException(faults);
    }
  }

  /**
   * Creates the exception for a missing device.
   *
   * @param why the device is missing, and what would help
   */
  public static UnsupportedOptionException noDevice(Engine engine, String device, String why) {
    return new UnsupportedOptionException(List.of(noDevice(engine, device) + ": " + why));
  }

  private static String noDevice(Engine engine, String device) {
    return "engine "
        + engine.name()
        + " has no device "
        + device
        + "; available: "
        + engine.devices();
  }
}
