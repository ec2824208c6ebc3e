package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A parsed safetensors file: 8 bytes of header length (little-endian), the header, the tensors. The
 * tensors lie inside the file, touch, and fill it, as the format demands; so what the file says
 * about itself never asks for more memory than it has bytes.
 */
record TensorFile(Map<String, String> metadata, Map<String, TensorEntry> tensors, ByteBuffer data) {
  /** More than any model needs; a hostile length ends here. */
  static final int MAX_HEADER_BYTES = 16 << 20;

  /**
   * @param bytes from position to limit; unchanged
   * @throws MalformedSafeTensorsException saying what is wrong
   */
  static TensorFile parse(ByteBuffer bytes) {
    ByteBuffer file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (file.remaining() < Long.BYTES) {
      throw new MalformedSafeTensorsException(
          "the file ends after " + file.remaining() + " bytes, within the header's length");
    }
    long length = file.getLong();
    if (length < 2 || length > MAX_HEADER_BYTES || length > file.remaining()) {
      throw new MalformedSafeTensorsException(
          "the header's length is "
              + Long.toUnsignedString(length)
              + " in a file of "
              + file.limit()
              + " bytes");
    }
    byte[] json = new byte[(int) length];
    file.get(json);
    HeaderJson header = HeaderJson.parse(json);
    TensorFile parsed =
        new TensorFile(
            header.metadata(), header.tensors(), file.slice().order(ByteOrder.LITTLE_ENDIAN));
    parsed.checkOffsets();
    return parsed;
  }

  /** The bytes of one tensor, as a view. */
  ByteBuffer bytesOf(TensorEntry tensor) {
    return data.slice((int) tensor.begin(), (int) (tensor.end() - tensor.begin()));
  }

  private void checkOffsets() {
    List<TensorEntry> ordered = new ArrayList<>(tensors.values());
    ordered.sort(Comparator.comparingLong(TensorEntry::begin).thenComparing(TensorEntry::end));
    long filled = 0;
    for (TensorEntry tensor : ordered) {
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
    if (filled != data.limit()) {
      throw new MalformedSafeTensorsException(
          "the tensors fill " + filled + " bytes, and the file has " + data.limit() + " for them");
    }
  }

  private void checkLength(TensorEntry tensor) {
    if (tensor.end() < tensor.begin() || tensor.end() > data.limit()) {
      throw new MalformedSafeTensorsException(
          "tensor '"
              + tensor.name()
              + "' takes bytes "
              + tensor.begin()
              + " to "
              + tensor.end()
              + " of "
              + data.limit());
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
