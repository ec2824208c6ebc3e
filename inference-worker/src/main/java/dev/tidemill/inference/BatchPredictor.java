package dev.tidemill.inference;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.FloatList;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes micro-batches, each by one version. One thread. */
final class BatchPredictor {
  private static final Logger LOG = LoggerFactory.getLogger(BatchPredictor.class);

  private static final FloatList NONE = new FloatList(new float[0]);

  private final ModelSlots slots;
  private final int thread;
  private final LongSupplier nanoTime;
  private final TensorBatch batch = new TensorBatch();
  private FloatBuffer outputs = FloatBuffer.allocate(0);

  /**
   * For one serving thread.
   *
   * @param thread its number
   */
  BatchPredictor(ModelSlots slots, int thread, LongSupplier nanoTime) {
    this.slots = slots;
    this.thread = thread;
    this.nanoTime = nanoTime;
  }

  /** What came of each request, in their order. */
  List<RequestOutcome> answer(List<PendingRequest> requests) {
    ModelSlot.Loaded model = slots.hold(thread);
    try {
      long start = nanoTime.getAsLong();
      Computed computed = compute(requests, model);
      return computed.outcomes(start, nanoTime.getAsLong());
    } finally {
      batch.clear();
      slots.release(thread);
    }
  }

  private Computed compute(List<PendingRequest> requests, ModelSlot.Loaded model) {
    Computed computed = new Computed(requests, model);
    int usable = 0;
    for (int i = 0; i < requests.size(); i++) {
      PredictionRequest request = requests.get(i).request();
      if (request != null && requests.get(i).fault() == null) {
        TensorView view = view(request.getInputs());
        Optional<String> fault = model.check().request(view);
        if (fault.isPresent()) {
          computed.faults[i] = fault.get();
        } else {
          computed.views[i] = view;
          usable++;
        }
      }
    }
    predict(computed, usable);
    return computed;
  }

  /** A batch that the engine cannot compute is tried one by one, so that one bad request is one. */
  private void predict(Computed computed, int usable) {
    if (usable == 0) {
      return;
    }
    int end = computed.views.length;
    try {
      predictTogether(computed, 0, end);
    } catch (RuntimeException e) {
      LOG.warn("a micro-batch of {} requests cannot be computed", usable, e);
      for (int i = 0; i < end; i++) {
        predictAlone(computed, i);
      }
    }
  }

  private void predictAlone(Computed computed, int place) {
    try {
      predictTogether(computed, place, place + 1);
    } catch (RuntimeException e) {
      computed.faults[place] = "the engine cannot compute it: " + e;
    }
  }

  /** Those of the requests from one place to before another that are usable. */
  private void predictTogether(Computed computed, int from, int to) {
    batch.clear();
    for (int i = from; i < to; i++) {
      TensorView view = computed.views[i];
      if (view != null) {
        batch.add(view.type(), view.data(), view.scale(), view.offset(), 0, 1);
      }
    }
    if (batch.size() == 0) {
      return;
    }
    int length = computed.model.model().outputLength();
    if (outputs.capacity() < batch.size() * length) {
      outputs = FloatBuffer.allocate(batch.size() * length);
    }
    outputs.clear();
    computed.model.model().predict(batch, outputs);
    outputs.rewind();
    for (int i = from; i < to; i++) {
      if (computed.views[i] != null) {
        computed.answer(i, next(length));
      }
    }
  }

  private float[] next(int length) {
    float[] values = new float[length];
    outputs.get(values);
    return values;
  }

  private static TensorView view(Tensor tensor) {
    return new TensorView(
        ElementType.valueOf(tensor.getDtype().name()),
        tensor.getShape(),
        tensor.getData(),
        tensor.getScale(),
        tensor.getOffset());
  }

  /** The work on one micro-batch; what belongs to a request stands at its place. */
  private static final class Computed {
    private final List<PendingRequest> requests;
    private final ModelSlot.Loaded model;
    private final @Nullable TensorView[] views;
    private final @Nullable String[] faults;
    private final FloatList[] outputs;

    Computed(List<PendingRequest> requests, ModelSlot.Loaded model) {
      this.requests = requests;
      this.model = model;
      this.views = new TensorView[requests.size()];
      this.faults = new String[requests.size()];
      this.outputs = new FloatList[requests.size()];
      Arrays.fill(outputs, NONE);
    }

    void answer(int place, float[] values) {
      outputs[place] = new FloatList(values);
      for (float value : values) {
        if (!Float.isFinite(value)) {
          faults[place] = "the model's answer is not finite: " + outputs[place];
          return;
        }
      }
    }

    List<RequestOutcome> outcomes(long startNanos, long endNanos) {
      List<RequestOutcome> outcomes = new ArrayList<>(requests.size());
      for (int i = 0; i < requests.size(); i++) {
        outcomes.add(outcome(i, startNanos, endNanos));
      }
      return outcomes;
    }

    private RequestOutcome outcome(int i, long startNanos, long endNanos) {
      PendingRequest pending = requests.get(i);
      PredictionRequest request = pending.request();
      String unusable = pending.fault();
      if (request == null) {
        return new RequestOutcome.Undecodable(pending, String.valueOf(unusable));
      }
      if (unusable != null) {
        return new RequestOutcome.Unwritable(
            new RequestOutcome.Refused(pending, request, unusable), unusable);
      }
      String fault = faults[i];
      if (fault != null) {
        return new RequestOutcome.Refused(pending, request, fault);
      }
      return new RequestOutcome.Answered(
          pending,
          request,
          model.version(),
          model.createdAtMillis(),
          outputs[i],
          model.network().spec().loss() == LossType.CROSS_ENTROPY,
          new RequestOutcome.Timing(
              startNanos - pending.receivedNanos(), endNanos - startNanos, requests.size()));
    }
  }
}
