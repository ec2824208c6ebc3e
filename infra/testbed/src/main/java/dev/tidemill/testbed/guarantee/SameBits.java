package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks G3: two runs over the same records end with the same parameters, optimizer state, steps
 * and samples. Compares the safetensors files byte by byte. The versions before may differ: a run
 * that was killed publishes at other samples.
 */
public final class SameBits {
  private static final Pattern TENSOR =
      Pattern.compile("\"([^\"]+)\"\\s*:\\s*\\{[^}]*\"data_offsets\"\\s*:\\s*\\[(\\d+),\\s*(\\d+)");

  private SameBits() {}

  /**
   * The last version of a run.
   *
   * @param payload the safetensors file
   */
  public record End(Manifest manifest, ByteBuffer payload) {}

  /** Returns how the end of a run differs from that of a run that was never killed. */
  public static List<Violation> check(End uninterrupted, End resumed) {
    List<Violation> violations = new ArrayList<>();
    Manifest expected = uninterrupted.manifest();
    Manifest found = resumed.manifest();
    if (expected.samples() != found.samples() || expected.steps() != found.steps()) {
      violations.add(
          violation(
              found,
              "counts %d samples in %d steps, not %d in %d"
                  .formatted(
                      found.samples(), found.steps(), expected.samples(), expected.steps())));
    }
    int differs = uninterrupted.payload().mismatch(resumed.payload());
    if (differs >= 0) {
      violations.add(
          violation(
              found,
              "the payload of %d bytes differs from the expected %d bytes at byte %d, in %s"
                  .formatted(
                      resumed.payload().remaining(),
                      uninterrupted.payload().remaining(),
                      differs,
                      tensorAt(uninterrupted.payload(), differs))));
    }
    return violations;
  }

  private static Violation violation(Manifest manifest, String text) {
    return new Violation(Guarantee.G3, Anomaly.DIVERGENCE, manifest.where(), text);
  }

  /** Finds the tensor of a byte. A safetensors file is a length, a JSON header, and the data. */
  private static String tensorAt(ByteBuffer payload, int at) {
    ByteBuffer file = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
    long header = file.remaining() < Long.BYTES ? file.remaining() : file.getLong();
    long data = Long.BYTES + header;
    if (header < 0 || at < data || data > file.capacity()) {
      return "the header";
    }
    byte[] names = new byte[Math.toIntExact(header)];
    file.get(names);
    Matcher tensor = TENSOR.matcher(new String(names, StandardCharsets.UTF_8));
    while (tensor.find()) {
      if (at - data >= Long.parseLong(tensor.group(2))
          && at - data < Long.parseLong(tensor.group(3))) {
        return "tensor " + tensor.group(1);
      }
    }
    return "no tensor";
  }
}
