package dev.tidemill.inference;

import dev.tidemill.checkpoints.TensorViews;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.FloatList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes micro-batches. One version computes a whole micro-batch. One thread. */
final class BatchPredictor {
  private static final Logger LOG = LoggerFactory.getLogger(BatchPredictor.class);

  private static final FloatList NONE = new FloatList(new float[0]);

  private final ModelSlots slots;
  private final int thread;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final TensorBatch batch = new TensorBatch();
  private FloatBuffer outputs = FloatBuffer.allocate(0);
  private ByteBuffer prepared = ByteBuffer.allocate(0);

  /**
   * Creates the predictor of a serving thread.
   *
   * @param thread the thread's number, from 0
   * @param clock tells whether a request's deadline has passed
   */
  BatchPredictor(ModelSlots slots, int thread, LongSupplier nanoTime, Clock clock) {
    this.slots = slots;
    this.thread = thread;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** Returns the outcome of each request, in the same order. */
  List<RequestOutcome> predict(List<PendingRequest> requests) {
    ModelSlot.Loaded model = slots.acquire(thread);
    try {
      long start = nanoTime.getAsLong();
      MicroBatch microBatch = compute(requests, model);
      return microBatch.outcomes(start, nanoTime.getAsLong());
    } finally {
      batch.clear();
      slots.release(thread);
    }
  }

  private MicroBatch compute(List<PendingRequest> requests, ModelSlot.Loaded model) {
    MicroBatch microBatch = new MicroBatch(requests, model);
    long now = clock.millis();
    int usable = 0;
    for (int i = 0; i < requests.size(); i++) {
      PredictionRequest request = requests.get(i).request();
      if (request != null
          && requests.get(i).fault() == null
          && isInTime(requests.get(i).deadline(), now, microBatch, i)) {
        take(request, microBatch, i);
        usable += microBatch.views[i] == null ? 0 : 1;
      }
    }
    predict(microBatch, usable);
    return microBatch;
  }

  /** Notes the fault of a request whose deadline has passed or is unusable. */
  private static boolean isInTime(
      @Nullable RequestDeadline deadline, long now, MicroBatch microBatch, int index) {
    if (deadline == null) {
      return true;
    }
    String fault = deadline.fault();
    if (fault == null && deadline.hasPassed(now)) {
      microBatch.expired[index] = true;
      fault =
          "deadline exceeded: it passed %d ms before the request could be computed"
              .formatted(now - deadline.epochMillis());
    }
    microBatch.faults[index] = fault;
    return fault == null;
  }

  /** Gives a request its view, or the fault for which it is refused. */
  private void take(PredictionRequest request, MicroBatch microBatch, int index) {
    Tensor inputs = request.getInputs();
    Map<String, Object> values = request.getValues();
    if ((inputs == null) == (values == null)) {
      microBatch.faults[index] =
          inputs == null
              ? "the request has neither values nor inputs; send one of them"
              : "the request has both values and inputs; send one of them";
      return;
    }
    ModelSlot.Loaded model = microBatch.model;
    Optional<String> fault;
    TensorView view;
    if (values == null) {
      fault = model.preparation().fault(inputs);
      view = TensorViews.of(inputs);
    } else {
      int bytes = model.preparation().bytes();
      ByteBuffer into = prepared(bytes * microBatch.requests.size());
      into.limit(bytes * (index + 1)).position(bytes * index);
      fault = model.preparation().prepare(values, into);
      into.position(bytes * index);
      view = new TensorView(ElementType.FLOAT32, model.preparation().shape(), into);
    }
    fault = fault.isPresent() ? fault : model.check().request(view);
    if (fault.isPresent()) {
      microBatch.faults[index] = fault.get();
    } else {
      microBatch.views[index] = view;
    }
  }

  /** Returns the buffer of prepared samples, which is reused for the next micro-batch. */
  private ByteBuffer prepared(int bytes) {
    if (prepared.capacity() < bytes) {
      prepared = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return prepared;
  }

  /**
   * Computes the micro-batch. If the engine fails, computes each request alone, so that one bad
   * request fails only itself.
   */
  private void predict(MicroBatch microBatch, int usable) {
    if (usable == 0) {
      return;
    }
    int end = microBatch.views.length;
    try {
      predictTogether(microBatch, 0, end);
    } catch (RuntimeException e) {
      LOG.warn("the engine failed on a batch of {} requests; computing each alone", usable, e);
      for (int i = 0; i < end; i++) {
        predictAlone(microBatch, i);
      }
    }
  }

  private void predictAlone(MicroBatch microBatch, int index) {
    try {
      predictTogether(microBatch, index, index + 1);
    } catch (RuntimeException e) {
      microBatch.faults[index] = "the engine cannot compute the request: " + e;
    }
  }

  /** Computes the usable requests from index {@code from} to before {@code to}. */
  private void predictTogether(MicroBatch microBatch, int from, int to) {
    batch.clear();
    for (int i = from; i < to; i++) {
      TensorView view = microBatch.views[i];
      if (view != null) {
        batch.add(view.type(), view.data(), view.scale(), view.offset(), 0, 1);
      }
    }
    if (batch.size() == 0) {
      return;
    }
    int length = microBatch.model.model().outputLength();
    if (outputs.capacity() < batch.size() * length) {
      outputs = FloatBuffer.allocate(batch.size() * length);
    }
    outputs.clear();
    microBatch.model.model().predict(batch, outputs);
    outputs.rewind();
    for (int i = from; i < to; i++) {
      if (microBatch.views[i] != null) {
        microBatch.answer(i, next(length));
      }
    }
  }

  private float[] next(int length) {
    float[] values = new float[length];
    outputs.get(values);
    return values;
  }

  /** The work on one micro-batch. Each array has one element per request. */
  private static final class MicroBatch {
    private final List<PendingRequest> requests;
    private final ModelSlot.Loaded model;
    private final @Nullable TensorView[] views;
    private final @Nullable String[] faults;
    private final boolean[] expired;
    private final FloatList[] outputs;

    MicroBatch(List<PendingRequest> requests, ModelSlot.Loaded model) {
      this.requests = requests;
      this.model = model;
      this.views = new TensorView[requests.size()];
      this.faults = new String[requests.size()];
      this.expired = new boolean[requests.size()];
      this.outputs = new FloatList[requests.size()];
      Arrays.fill(outputs, NONE);
    }

    void answer(int index, float[] values) {
      model.preparation().toUnits(values);
      outputs[index] = new FloatList(values);
      for (float value : values) {
        if (!Float.isFinite(value)) {
          faults[index] = "the model's answer is not finite: " + outputs[index];
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
        return expired[i]
            ? new RequestOutcome.Expired(pending, request, fault)
            : new RequestOutcome.Refused(pending, request, fault);
      }
      return new RequestOutcome.Answered(
          pending,
          request,
          model.version(),
          model.createdAtMillis(),
          outputs[i],
          model.network().spec().loss().type() == LossType.CROSS_ENTROPY,
          model.preparation().classes(),
          new RequestOutcome.Timing(
              startNanos - pending.receivedNanos(), endNanos - startNanos, requests.size()));
    }
  }
}
