package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file. As the format requires, the tensors lie inside the file, touch
 * and fill it. So a header never claims more memory than the file has bytes.
 *
 * @param dataBytes the bytes after the header
 */
record TensorHeader(
    Map<String, String> metadata, Map<String, TensorEntry> tensors, long dataBytes) {
  /** The maximum header length: more than any model needs, and a bound for hostile files. */
  static final int MAX_BYTES = 16 << 20;

  /**
   * Parses the header of a whole file.
   *
   * @param bytes from position to limit; unchanged
   * @throws MalformedSafeTensorsException if the header is invalid; says why
   */
  static TensorHeader of(ByteBuffer bytes) {
    ByteBuffer file = bytes.slice();
    if (file.limit() < Long.BYTES) {
      throw endsTooSoon(file.limit());
    }
    byte[] json = new byte[length(file, file.limit())];
    file.get(Long.BYTES, json);
    return parse(json, file.limit() - Long.BYTES - json.length);
  }

  /**
   * Returns the length of the JSON, which follows the file's first eight bytes.
   *
   * @throws MalformedSafeTensorsException if the file is too short for that length
   */
  static int length(ByteBuffer firstEight, long fileBytes) {
    long length = firstEight.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 2 || length > MAX_BYTES || length > fileBytes - Long.BYTES) {
      throw new MalformedSafeTensorsException(
          "the header's length is "
              + Long.toUnsignedString(length)
              + " in a file of "
              + fileBytes
              + " bytes");
    }
    return (int) length;
  }

  static MalformedSafeTensorsException endsTooSoon(long fileBytes) {
    return new MalformedSafeTensorsException(
        "the file ends after " + fileBytes + " bytes, before the end of its header");
  }

  /**
   * Parses the header's JSON.
   *
   * @throws MalformedSafeTensorsException if the header is invalid; says why
   */
  static TensorHeader parse(byte[] json, long dataBytes) {
    HeaderJson read = HeaderJson.parse(json);
    TensorHeader header = new TensorHeader(read.metadata(), read.tensors(), dataBytes);
    header.checkOffsets();
    return header;
  }

  /** Returns the tensors in file order. */
  List<TensorEntry> inOrder() {
    List<TensorEntry> ordered = new ArrayList<>(tensors.values());
    ordered.sort(Comparator.comparingLong(TensorEntry::begin).thenComparing(TensorEntry::end));
    return ordered;
  }

  private void checkOffsets() {
    long filled = 0;
    for (TensorEntry tensor : inOrder()) {
      checkLength(tensor);
      if (tensor.begin() != filled) {
        throw new MalformedSafeTensorsException(
            "tensor '"
                + tensor.name()
                + "' begins at byte "
                + tensor.begin()
                + (tensor.begin() < filled ? ", inside" : ", after a hole behind")
                + " the previous tensor, which ends at "
                + filled);
      }
      filled = tensor.end();
    }
    if (filled != dataBytes) {
      throw new MalformedSafeTensorsException(
          "the tensors fill " + filled + " bytes, but the file has " + dataBytes + " for them");
    }
  }

  private void checkLength(TensorEntry tensor) {
    if (tensor.end() < tensor.begin() || tensor.end() > dataBytes) {
      throw new MalformedSafeTensorsException(
          "tensor '"
              + tensor.name()
              + "' claims bytes "
              + tensor.begin()
              + " to "
              + tensor.end()
              + " of "
              + dataBytes);
    }
    long needed;
    try {
      needed = tensor.bytes();
    } catch (ArithmeticException e) {
      throw new MalformedSafeTensorsException(
          "tensor '" + tensor.name() + "' has a shape that is too large: " + tensor.shape(), e);
    }
    if (needed != tensor.end() - tensor.begin()) {
      throw new MalformedSafeTensorsException(
          "tensor '"
              + tensor.name()
              + "' has the shape "
              + tensor.shape()
              + ", which needs "
              + needed
              + " bytes, but "
              + (tensor.end() - tensor.begin())
              + " bytes of data");
    }
  }
}
