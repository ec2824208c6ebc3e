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
 * One of ND4J's native operations on fixed arrays, prepared once: running it is one native call, a
 * twentieth of what the ordinary way costs in shape buffers and contexts.
 */
public final class NativeOperation {
  private final String name;
  private final NativeOps natives;
  private final long hash;
  // The context does not keep its arrays, and the pointer does not keep its context.
  private final List<INDArray> arrays;
  private final OpContext context;
  private final Pointer contextPointer;

  /**
   * @param name libnd4j's, e.g. {@code conv2d}
   * @param arguments its integer arguments
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
    // The outputs are there already: their shapes need not be computed at each run.
    context.shapeFunctionOverride(true);
    contextPointer = context.contextPointer();
  }

  /**
   * Runs the operation on its arrays.
   *
   * @throws IllegalStateException if the native code refuses, with its reason
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
