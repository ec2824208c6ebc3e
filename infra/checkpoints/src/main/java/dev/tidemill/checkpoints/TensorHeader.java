package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file says of itself. The tensors lie inside the file, touch, and fill it, as
 * the format demands; so a header never asks for more memory than the file has bytes.
 *
 * @param dataBytes behind the header
 */
record TensorHeader(
    Map<String, String> metadata, Map<String, TensorEntry> tensors, long dataBytes) {
  /** More than any model needs; a hostile length ends here. */
  static final int MAX_BYTES = 16 << 20;

  /**
   * Of a whole file.
   *
   * @param bytes from position to limit; unchanged
   * @throws MalformedSafeTensorsException saying what is wrong
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
   * How many bytes follow the file's first eight before the tensors begin.
   *
   * @throws MalformedSafeTensorsException if a file of that many bytes has no room for them
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
        "the file ends after " + fileBytes + " bytes, within the header's length");
  }

  /**
   * Of the header's text.
   *
   * @throws MalformedSafeTensorsException saying what is wrong
   */
  static TensorHeader parse(byte[] json, long dataBytes) {
    HeaderJson read = HeaderJson.parse(json);
    TensorHeader header = new TensorHeader(read.metadata(), read.tensors(), dataBytes);
    header.checkOffsets();
    return header;
  }

  /** The tensors as they stand in the file. */
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
                + (tensor.begin() < filled ? ", inside the one before" : ", after a hole")
                + " that ends at "
                + filled);
      }
      filled = tensor.end();
    }
    if (filled != dataBytes) {
      throw new MalformedSafeTensorsException(
          "the tensors fill " + filled + " bytes, and the file has " + dataBytes + " for them");
    }
  }

  private void checkLength(TensorEntry tensor) {
    if (tensor.end() < tensor.begin() || tensor.end() > dataBytes) {
      throw new MalformedSafeTensorsException(
          "tensor '"
              + tensor.name()
              + "' takes bytes "
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
          "tensor '" + tensor.name() + "' has a shape that no memory holds: " + tensor.shape(), e);
    }
    if (needed != tensor.end() - tensor.begin()) {
      throw new MalformedSafeTensorsException(
          "tensor '"
              + tensor.name()
              + "' has the shape "
              + tensor.shape()
              + ", which is "
              + needed
              + " bytes, in "
              + (tensor.end() - tensor.begin()));
    }
  }
}
