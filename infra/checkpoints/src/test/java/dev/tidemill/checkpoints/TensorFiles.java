package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Files that Tidemill's writer would not write. */
final class TensorFiles {
  private TensorFiles() {}

  static ByteBuffer of(String json, int dataBytes) {
    return of(json.getBytes(StandardCharsets.UTF_8), ByteBuffer.allocate(dataBytes));
  }

  static ByteBuffer withoutMetadata(ByteBuffer file) {
    byte[] json = HeaderJson.write(Map.of(), TensorHeader.of(file).tensors().values());
    String without = new String(json, StandardCharsets.UTF_8).replace("\"__metadata__\":{},", "");
    return of(without.getBytes(StandardCharsets.UTF_8), data(file));
  }

  static ByteBuffer edited(ByteBuffer file, String text, String other) {
    return of(header(file).replace(text, other).getBytes(StandardCharsets.UTF_8), data(file));
  }

  static ByteBuffer withOneMore(ByteBuffer file, String name) {
    TensorHeader parsed = TensorHeader.of(file);
    long end = parsed.dataBytes();
    List<TensorEntry> tensors = new ArrayList<>(parsed.tensors().values());
    tensors.add(new TensorEntry(name, TensorEntry.FLOAT32, List.of(1L), end, end + 4));
    ByteBuffer data = ByteBuffer.allocate((int) end + 4).put(data(file));
    return of(HeaderJson.write(Map.of(), tensors), data.rewind());
  }

  private static String header(ByteBuffer file) {
    int length = (int) file.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    return StandardCharsets.UTF_8.decode(file.slice(8, length)).toString();
  }

  private static ByteBuffer data(ByteBuffer file) {
    int length = (int) file.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    return file.slice(8 + length, file.limit() - 8 - length);
  }

  private static ByteBuffer of(byte[] json, ByteBuffer data) {
    return ByteBuffer.allocate(8 + json.length + data.remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data.duplicate())
        .flip();
  }
}
