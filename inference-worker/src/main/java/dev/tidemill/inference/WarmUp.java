package dev.tidemill.inference;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Answers zeros before the first request comes, so that no request pays for what is made lazily.
 */
final class WarmUp {
  private WarmUp() {}

  /**
   * Computes a batch of one and a full one.
   *
   * @throws UnservableVersionException if an answer is not finite
   */
  static void run(ServableModel model, Network network, long version) {
    for (int size : new int[] {1, model.maxBatchSize()}) {
      ByteBuffer zeros =
          ByteBuffer.allocate(Math.multiplyExact(size, network.inputLength()))
              .order(ByteOrder.LITTLE_ENDIAN);
      TensorBatch batch = new TensorBatch();
      batch.add(ElementType.UINT8, zeros, 1, 0, 0, size);
      FloatBuffer outputs = FloatBuffer.allocate(size * model.outputLength());
      model.predict(batch, outputs);
      for (int i = 0; i < outputs.capacity(); i++) {
        if (!Float.isFinite(outputs.get(i))) {
          throw new UnservableVersionException(version, "its answer to zeros is " + outputs.get(i));
        }
      }
    }
  }
}
