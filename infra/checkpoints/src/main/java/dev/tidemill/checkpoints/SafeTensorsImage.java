package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors file of a model state, readable in pieces: a new header, and the state's memory
 * without a copy. The state must stay unchanged while the image is in use. Equal states give equal
 * bytes.
 */
public final class SafeTensorsImage {
  static final String SPEC = "tidemill.spec";

  /** The alignment of tensors, which the format requires. */
  private static final int ALIGNMENT = 8;

  private final byte[] header;
  private final ByteBuffer data;

  private SafeTensorsImage(byte[] header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  /**
   * Returns the image of a state.
   *
   * @param withOptimizer whether to include the optimizer state, which resuming training needs
   */
  public static SafeTensorsImage of(ModelState state, boolean withOptimizer) {
    List<TensorEntry> tensors =
        state.layout().slices().stream()
            .filter(slice -> withOptimizer || slice.kind() != StateLayout.Kind.OPTIMIZER)
            .map(SafeTensorsImage::entry)
            .toList();
    // Optimizer slices come last in the layout, so the other tensors are a prefix of the memory.
    long length = tensors.isEmpty() ? 0 : tensors.get(tensors.size() - 1).end();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put(SPEC, state.spec().toYaml());
    metadata.putAll(CountersMetadata.write(state));
    return new SafeTensorsImage(
        header(HeaderJson.write(metadata, tensors)),
        state.data().duplicate().position(0).limit(Math.toIntExact(length)).slice());
  }

  private static TensorEntry entry(StateLayout.Slice slice) {
    return new TensorEntry(
        slice.name(),
        TensorEntry.FLOAT32,
        slice.shape().stream().map(Integer::longValue).toList(),
        slice.offset() * Float.BYTES,
        (slice.offset() + slice.length()) * Float.BYTES);
  }

  private static byte[] header(byte[] json) {
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[Long.BYTES + padded];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    return header;
  }

  /** Returns the length of the whole file in bytes. */
  public long length() {
    return (long) header.length + data.limit();
  }

  /** Returns the number of chunks of at most {@code chunkBytes} bytes. */
  public int chunks(int chunkBytes) {
    return Math.toIntExact((length() + chunkBytes - 1) / chunkBytes);
  }

  /**
   * Returns a chunk by its index, from 0. It is a view of the state's memory, except for chunks
   * that contain a part of the header.
   */
  public ByteBuffer chunk(int index, int chunkBytes) {
    long begin = (long) index * chunkBytes;
    int length = (int) Math.min(chunkBytes, length() - begin);
    if (begin >= header.length) {
      return data.slice((int) (begin - header.length), length).asReadOnlyBuffer();
    }
    int fromHeader = (int) Math.min(length, header.length - begin);
    ByteBuffer chunk = ByteBuffer.allocate(length);
    chunk.put(header, (int) begin, fromHeader);
    chunk.put(data.slice(0, length - fromHeader));
    return chunk.flip();
  }

  public void writeTo(WritableByteChannel channel) throws IOException {
    writeFully(channel, ByteBuffer.wrap(header));
    writeFully(channel, data.duplicate());
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public String toString() {
    return new String(header, Long.BYTES, header.length - Long.BYTES, StandardCharsets.UTF_8);
  }
}
