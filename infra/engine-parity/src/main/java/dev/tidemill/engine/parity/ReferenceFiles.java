package dev.tidemill.engine.parity;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parts of a reference trajectory's JSON and safetensors files that the test needs. */
final class ReferenceFiles {
  private ReferenceFiles() {}

  /** Returns all numbers of a key's value: a number, an array, or an array of arrays. */
  static List<Double> numbers(String json, String key) {
    String array = "\\[(?:[^\\[\\]]++|\\[[^\\]]*+\\])*+\\]";
    Matcher found = Pattern.compile('"' + key + "\":\\s*(" + array + "|[-+.0-9e]+)").matcher(json);
    if (!found.find()) {
      throw new IllegalArgumentException("no " + key);
    }
    List<Double> numbers = new ArrayList<>();
    Matcher number = Pattern.compile("-?[0-9][-+.0-9e]*").matcher(found.group(1));
    while (number.find()) {
      numbers.add(Double.valueOf(number.group()));
    }
    return numbers;
  }

  /** Copies the parameters of a safetensors file to a state, by name. */
  static void readParameters(ByteBuffer file, ModelState into) {
    int headerLength = Math.toIntExact(file.getLong(0));
    byte[] header = new byte[headerLength];
    file.get(Long.BYTES, header);
    String json = new String(header, StandardCharsets.UTF_8);
    for (StateLayout.Slice slice : into.layout().slices()) {
      if (slice.kind() == StateLayout.Kind.PARAMETER) {
        String offsets = json.substring(json.indexOf('"' + slice.name() + '"'));
        int begin = numbers(offsets, "data_offsets").get(0).intValue();
        ByteBuffer from =
            file.slice(Long.BYTES + headerLength + begin, (int) slice.length() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        into.data(slice).put(from);
      }
    }
  }
}
