package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;

/** An engine cannot compute where or as it was told to. */
public final class UnsupportedOptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> faults;

  private UnsupportedOptionException(List<String> faults) {
    super(String.join("; ", faults));
    this.faults = List.copyOf(faults);
  }

  /** What the engine lacks, one each. */
  public List<String> faults() {
    return faults;
  }

  /**
   * Returns if an engine has a device and a precision.
   *
   * @param precisions that it has
   * @throws UnsupportedOptionException otherwise
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
              + " has no precision "
              + precision.word()
              + "; it has "
              + words);
    }
    if (!faults.isEmpty()) {
      throw new UnsupportedOptionException(faults);
    }
  }

  /**
   * An engine lacks a device here.
   *
   * @param why it does, and what would help
   */
  public static UnsupportedOptionException noDevice(Engine engine, String device, String why) {
    return new UnsupportedOptionException(List.of(noDevice(engine, device) + ": " + why));
  }

  private static String noDevice(Engine engine, String device) {
    return "engine " + engine.name() + " has no device " + device + "; it has " + engine.devices();
  }
}
