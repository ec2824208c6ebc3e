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
 * The safetensors file of a model state, readable piece by piece: a header of its own, and the
 * state's memory as it is. The state must stay unchanged while the image is in use. The same state
 * gives the same bytes.
 */
public final class SafeTensorsImage {
  static final String SPEC = "tidemill.spec";

  /** Tensors begin at a multiple of this, as the format asks for. */
  private static final int ALIGNMENT = 8;

  private final byte[] header;
  private final ByteBuffer data;

  private SafeTensorsImage(byte[] header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  /**
   * The image of a state.
   *
   * @param withOptimizer whether the optimizer's state is part of it; training goes on only with it
   */
  public static SafeTensorsImage of(ModelState state, boolean withOptimizer) {
    List<TensorEntry> tensors =
        state.layout().slices().stream()
            .filter(slice -> withOptimizer || slice.kind() != StateLayout.Kind.OPTIMIZER)
            .map(SafeTensorsImage::entry)
            .toList();
    // Optimizer slices are the layout's last, so that the tensors kept are the memory's beginning.
    long length = tensors.isEmpty() ? 0 : tensors.get(tensors.size() - 1).end();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put(SPEC, state.spec().toYaml());
    metadata.putAll(CountersMetadata.write(state.counters()));
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

  /** Bytes of the whole file. */
  public long length() {
    return (long) header.length + data.limit();
  }

  /** How many chunks of at most that many bytes the file makes. */
  public int chunks(int chunkBytes) {
    return Math.toIntExact((length() + chunkBytes - 1) / chunkBytes);
  }

  /** One chunk, from 0: a view of the state's memory, but for the first ones, with the header. */
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

  /** Writes the whole file. */
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
