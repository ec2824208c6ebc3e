package dev.tidemill.engine.dl4j.natives;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * A native ND4J operation on fixed arrays, prepared once. Running it is a single native call.
 * ND4J's usual path takes twenty times as long, to create shape buffers and contexts.
 */
public final class NativeOperation {
  private final String name;
  private final NativeOps natives;
  private final long hash;
  // Keep references: the context does not hold its arrays, nor the pointer its context.
  private final List<INDArray> arrays;
  private final OpContext context;
  private final Pointer contextPointer;

  /**
   * @param name libnd4j's name of the operation, for example {@code conv2d}
   * @param arguments integer arguments of the operation
   */
  public NativeOperation(
      String name, long[] arguments, List<INDArray> inputs, List<INDArray> outputs) {
    NativeLibraries.load();
    this.name = name;
    natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    hash =
        Objects.requireNonNull(Nd4j.getExecutioner().getCustomOperations().get(name), name)
            .getHash();
    arrays = List.of(inputs, outputs).stream().flatMap(List::stream).toList();
    context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < inputs.size(); i++) {
      context.setInputArray(i, inputs.get(i));
    }
    for (int i = 0; i < outputs.size(); i++) {
      context.setOutputArray(i, outputs.get(i));
    }
    context.setIArguments(Arrays.copyOf(arguments, arguments.length));
    // The outputs exist, so a run need not compute their shapes.
    context.shapeFunctionOverride(true);
    contextPointer = context.contextPointer();
  }

  /**
   * Runs the operation on its arrays.
   *
   * @throws IllegalStateException if the native code reports an error, with its message
   */
  public void run() {
    int status = natives.execCustomOp2(null, hash, contextPointer);
    if (status != 0) {
      throw new IllegalStateException(
          "native operation "
              + name
              + " failed with status "
              + status
              + ": "
              + natives.lastErrorMessage()
              + ", arrays "
              + arrays.stream().map(a -> Arrays.toString(a.shape())).toList()
              + ", context "
              + context);
    }
  }
}
