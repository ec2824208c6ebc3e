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
 * Model states as safetensors files (<a href="https://github.com/huggingface/safetensors">format
 * </a>): every tensor FLOAT32 in PyTorch's name and shape, spec and counters in {@code
 * __metadata__}. Nothing in such a file can execute.
 */
public final class SafeTensors {
  private static final int PIECE_BYTES = 1 << 20;

  private SafeTensors() {}

  /** The file in one buffer, from position 0 to its limit. */
  public static ByteBuffer write(ModelState state, boolean withOptimizer) {
    SafeTensorsImage image = SafeTensorsImage.of(state, withOptimizer);
    return image.chunk(0, Math.toIntExact(image.length()));
  }

  /** Writes the file without a second copy of the tensors. */
  public static void write(ModelState state, boolean withOptimizer, WritableByteChannel channel)
      throws IOException {
    SafeTensorsImage.of(state, withOptimizer).writeTo(channel);
  }

  /**
   * The state that a file of ours holds; where it was written without optimizer state, that is the
   * initial one.
   *
   * @param file from position to limit; unchanged
   * @throws MalformedSafeTensorsException naming the tensor, if it does not hold all of its spec's
   *     model, or anything else, or a value that is not finite
   */
  public static ModelState read(ByteBuffer file) {
    return take(file, TensorTarget::fresh).state();
  }

  /**
   * Takes a file's tensors into a state of a given spec, and its counters where it has them; files
   * of PyTorch have neither spec nor counters. All parameters and buffers must be there. Optimizer
   * state is taken where the file has just the tensors that the spec's optimizer needs; otherwise
   * what the state holds stays.
   *
   * @param file from position to limit; unchanged
   * @return whether the optimizer state was taken
   * @throws MalformedSafeTensorsException naming the first parameter that is missing, unknown or of
   *     another shape, the state being unchanged then; or the first value that is not finite
   */
  public static boolean readInto(ByteBuffer file, ModelState state) {
    return take(file, header -> TensorTarget.given(header, state)).match().withOptimizer();
  }

  /**
   * Takes a file's parameters and buffers into a state of a given spec, and leaves its optimizer
   * state and counters: for weights that another training begins with. Takes no memory of the
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
   * The spec that a file names; empty for a file of plain weights.
   *
   * @throws MalformedSafeTensorsException if it is no safetensors file, or the spec is invalid
   */
  public static Optional<ModelSpec> spec(ByteBuffer file) {
    TensorHeader parsed = TensorHeader.of(file);
    return parsed.metadata().containsKey(SafeTensorsImage.SPEC)
        ? Optional.of(TensorTarget.spec(parsed))
        : Optional.empty();
  }

  /**
   * Returns if every tensor is finite.
   *
   * @throws MalformedSafeTensorsException naming the first element that is infinite or no number
   */
  public static void checkFinite(ModelState state) {
    for (StateLayout.Slice slice : state.layout().slices()) {
      FiniteCheck.require(slice.name(), 0, state.data(slice).asFloatBuffer());
    }
  }
}
