package dev.tidemill.inference;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Computes answers to zeros before the first request, so that no request pays for lazy
 * initialization.
 */
final class WarmUp {
  private WarmUp() {}

  /**
   * Computes a full batch, for a model that has never computed.
   *
   * @throws UnservableVersionException if an answer is not finite
   */
  static void full(ServableModel model, Network network, long version) {
    answerZeros(model.maxBatchSize(), model, network, version);
  }

  /**
   * Computes a batch of one. It uses every parameter, too, and a large model's full batch would
   * delay a version for longer than reading it takes.
   *
   * @throws UnservableVersionException if an answer is not finite
   */
  static void one(ServableModel model, Network network, long version) {
    answerZeros(1, model, network, version);
  }

  private static void answerZeros(int size, ServableModel model, Network network, long version) {
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
