package dev.tidemill.checkpoints;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.Tensor;

/**
 * The tensors of records as an engine reads them. Here, because this module is the first to depend
 * on both the schemas and the engine.
 */
public final class TensorViews {
  private TensorViews() {}

  /** Returns a view of a record's tensor, which shares its bytes. */
  public static TensorView of(Tensor tensor) {
    return new TensorView(
        ElementType.valueOf(tensor.getDtype().name()),
        tensor.getShape(),
        tensor.getData(),
        tensor.getScale(),
        tensor.getOffset());
  }
}
