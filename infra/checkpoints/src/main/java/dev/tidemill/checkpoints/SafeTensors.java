package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes and reads model states as safetensors files (<a
 * href="https://github.com/huggingface/safetensors">format </a>). Every tensor is FLOAT32 and has
 * PyTorch's name and shape; spec and counters are in {@code __metadata__}. Such a file contains no
 * executable code.
 */
public final class SafeTensors {
  private static final int PIECE_BYTES = 1 << 20;

  private SafeTensors() {}

  /** Returns the file in one buffer, from position 0 to its limit. */
  public static ByteBuffer write(ModelState state, boolean withOptimizer) {
    SafeTensorsImage image = SafeTensorsImage.of(state, withOptimizer);
    return image.chunk(0, Math.toIntExact(image.length()));
  }

  /** Writes the file without copying the tensors. */
  public static void write(ModelState state, boolean withOptimizer, WritableByteChannel channel)
      throws IOException {
    SafeTensorsImage.of(state, withOptimizer).writeTo(channel);
  }

  /**
   * Reads the state from a file that Tidemill wrote. If the file has no optimizer state, the state
   * gets the initial one.
   *
   * @param file from position to limit; unchanged
   * @throws MalformedSafeTensorsException if a tensor of the spec's model is missing, a tensor is
   *     unknown, or a value is not finite; names the tensor
   */
  public static ModelState read(ByteBuffer file) {
    return take(file, TensorTarget::fresh).state();
  }

  /**
   * Reads a file's tensors into a state of a given spec, and its counters if it has any. PyTorch's
   * files have neither spec nor counters. All parameters and buffers must be present. Optimizer
   * state is read only if the file has exactly the tensors that the spec's optimizer needs;
   * otherwise the state keeps its own.
   *
   * @param file from position to limit; unchanged
   * @return whether the optimizer state was read
   * @throws MalformedSafeTensorsException if a parameter is missing, unknown or of another shape
   *     (the state is then unchanged), or a value is not finite; names the first
   */
  public static boolean readInto(ByteBuffer file, ModelState state) {
    return take(file, header -> TensorTarget.given(header, state)).match().withOptimizer();
  }

  /**
   * Reads a file's parameters and buffers into a state of a given spec, for weights that a new
   * training starts from. The state keeps its optimizer state and counters. Needs no memory of the
   * file's size.
   *
   * @throws MalformedSafeTensorsException as {@link #readInto}
   * @throws IOException if the file cannot be read
   */
  public static void readWeights(Path file, ModelState state) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      TensorIntake intake =
          new TensorIntake(channel.size(), header -> TensorTarget.weights(header, state));
      ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
      while (channel.read(piece) >= 0) {
        intake.take(piece.flip());
        piece.clear();
      }
      TensorTarget unused = intake.finish();
    }
  }

  private static TensorTarget take(ByteBuffer file, Function<TensorHeader, TensorTarget> target) {
    TensorIntake intake = new TensorIntake(file.remaining(), target);
    intake.take(file);
    return intake.finish();
  }

  /**
   * Returns the spec in a file; empty for a file of plain weights.
   *
   * @throws MalformedSafeTensorsException if it is not a safetensors file, or the spec is invalid
   */
  public static Optional<ModelSpec> spec(ByteBuffer file) {
    TensorHeader parsed = TensorHeader.of(file);
    return parsed.metadata().containsKey(SafeTensorsImage.SPEC)
        ? Optional.of(TensorTarget.spec(parsed))
        : Optional.empty();
  }

  /**
   * Requires that every value is finite.
   *
   * @throws MalformedSafeTensorsException if a value is infinite or NaN; names the first
   */
  public static void checkFinite(ModelState state) {
    for (StateLayout.Slice slice : state.layout().slices()) {
      FiniteCheck.require(slice.name(), 0, state.data(slice).asFloatBuffer());
    }
  }
}
