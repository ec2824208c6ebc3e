package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a safetensors file piece by piece, as it arrives, directly into a state, without a second
 * copy of the tensors. Nothing enters the state before the whole header is checked. Each value is
 * checked while its piece is in the CPU cache. One thread at a time.
 */
final class TensorIntake {
  private final long fileBytes;
  private final Function<TensorHeader, TensorTarget> target;
  private final ByteBuffer firstEight = ByteBuffer.allocate(Long.BYTES);
  private @Nullable ByteBuffer json;
  private @Nullable TensorTarget filling;
  private final Queue<PartialTensor> tensors = new ArrayDeque<>();

  /**
   * @param fileBytes the length of the whole file
   * @param target selects the destination of the tensors, once the header is known
   */
  TensorIntake(long fileBytes, Function<TensorHeader, TensorTarget> target) {
    this.fileBytes = fileBytes;
    this.target = target;
  }

  /**
   * Reads the file's next bytes.
   *
   * @param piece from position to limit; unchanged
   * @throws MalformedSafeTensorsException if the file is invalid; says why. The content of the
   *     state is then undefined.
   */
  void take(ByteBuffer piece) {
    ByteBuffer rest = piece.duplicate();
    if (filling == null) {
      takeHeader(rest);
    }
    while (rest.hasRemaining() && !tensors.isEmpty()) {
      if (tensors.element().take(rest)) {
        tensors.remove();
      }
    }
  }

  /**
   * Returns the filled target after setting the state's counters.
   *
   * @throws MalformedSafeTensorsException if the file is incomplete
   */
  TensorTarget finish() {
    TensorTarget taken = filling;
    if (taken == null) {
      throw TensorHeader.endsTooSoon(fileBytes);
    }
    for (PartialTensor tensor : tensors) {
      tensor.requireWhole();
    }
    taken.applyCounters();
    return taken;
  }

  private void takeHeader(ByteBuffer rest) {
    move(rest, firstEight);
    if (firstEight.hasRemaining()) {
      return;
    }
    ByteBuffer text = json;
    if (text == null) {
      text = ByteBuffer.allocate(TensorHeader.length(firstEight, fileBytes));
      json = text;
    }
    move(rest, text);
    if (!text.hasRemaining()) {
      begin(TensorHeader.parse(text.array(), fileBytes - Long.BYTES - text.limit()));
    }
  }

  private void begin(TensorHeader header) {
    TensorTarget begun = target.apply(header);
    Map<TensorEntry, ByteBuffer> destinations = begun.match().destinations(begun.state());
    for (TensorEntry tensor : header.inOrder()) {
      tensors.add(new PartialTensor(tensor, destinations.get(tensor)));
    }
    filling = begun;
  }

  /** Moves as many bytes as both buffers allow. */
  private static void move(ByteBuffer from, ByteBuffer to) {
    int count = Math.min(from.remaining(), to.remaining());
    to.put(from.slice(from.position(), count));
    from.position(from.position() + count);
  }

  /** A tensor that is being filled. */
  private static final class PartialTensor {
    private final TensorEntry tensor;
    private final @Nullable ByteBuffer destination;
    private long missing;
    private int checked;

    PartialTensor(TensorEntry tensor, @Nullable ByteBuffer destination) {
      this.tensor = tensor;
      this.destination = destination;
      this.missing = tensor.end() - tensor.begin();
    }

    /** Reads from the piece; returns whether the tensor is complete. */
    boolean take(ByteBuffer rest) {
      int count = (int) Math.min(missing, rest.remaining());
      if (destination != null) {
        destination.put(rest.slice(rest.position(), count));
        check(destination);
      }
      rest.position(rest.position() + count);
      missing -= count;
      return missing == 0;
    }

    void requireWhole() {
      if (missing > 0) {
        throw new MalformedSafeTensorsException(
            "%d bytes of tensor '%s' are missing".formatted(missing, tensor.name()));
      }
    }

    /**
     * Checks the complete new values. A piece may end within a value; the next call checks that
     * one.
     */
    private void check(ByteBuffer filled) {
      int whole = filled.position() / Float.BYTES;
      FiniteCheck.require(
          tensor.name(),
          checked,
          filled
              .slice(checked * Float.BYTES, (whole - checked) * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer());
      checked = whole;
    }
  }
}
