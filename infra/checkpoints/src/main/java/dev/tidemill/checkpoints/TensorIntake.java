package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a safetensors file as it arrives, piece by piece, straight into a state: there is no second
 * copy of the tensors. Nothing goes into the state before the header is checked as a whole; each
 * value is checked while the piece that brought it is in the cache. One thread at a time.
 */
final class TensorIntake {
  private final long fileBytes;
  private final Function<TensorHeader, TensorTarget> target;
  private final ByteBuffer firstEight = ByteBuffer.allocate(Long.BYTES);
  private @Nullable ByteBuffer json;
  private @Nullable TensorTarget taking;
  private final Queue<Arriving> tensors = new ArrayDeque<>();

  /**
   * @param fileBytes of the whole file
   * @param target where its tensors go, once its header is known
   */
  TensorIntake(long fileBytes, Function<TensorHeader, TensorTarget> target) {
    this.fileBytes = fileBytes;
    this.target = target;
  }

  /**
   * Takes the file's next bytes.
   *
   * @param piece from position to limit; unchanged
   * @throws MalformedSafeTensorsException saying what is wrong; the state may then hold anything
   */
  void take(ByteBuffer piece) {
    ByteBuffer rest = piece.duplicate();
    if (taking == null) {
      takeHeader(rest);
    }
    while (rest.hasRemaining() && !tensors.isEmpty()) {
      if (tensors.element().take(rest)) {
        tensors.remove();
      }
    }
  }

  /**
   * What was taken, its counters set.
   *
   * @throws MalformedSafeTensorsException if less has come than the whole file
   */
  TensorTarget finish() {
    TensorTarget taken = taking;
    if (taken == null) {
      throw TensorHeader.endsTooSoon(fileBytes);
    }
    for (Arriving tensor : tensors) {
      tensor.requireWhole();
    }
    taken.counters().ifPresent(taken.state()::counters);
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
    Map<TensorEntry, ByteBuffer> places = begun.match().places(begun.state());
    for (TensorEntry tensor : header.inOrder()) {
      tensors.add(new Arriving(tensor, places.get(tensor)));
    }
    taking = begun;
  }

  /** As much as there is, and as there is room for. */
  private static void move(ByteBuffer from, ByteBuffer to) {
    int count = Math.min(from.remaining(), to.remaining());
    to.put(from.slice(from.position(), count));
    from.position(from.position() + count);
  }

  /** A tensor of which the first bytes have come. */
  private static final class Arriving {
    private final TensorEntry tensor;
    private final @Nullable ByteBuffer place;
    private long missing;
    private int checked;

    Arriving(TensorEntry tensor, @Nullable ByteBuffer place) {
      this.tensor = tensor;
      this.place = place;
      this.missing = tensor.end() - tensor.begin();
    }

    /** Whether that was its end. */
    boolean take(ByteBuffer rest) {
      int count = (int) Math.min(missing, rest.remaining());
      if (place != null) {
        place.put(rest.slice(rest.position(), count));
        check(place);
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

    /** A piece may end within a value, which is checked with the next one. */
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
