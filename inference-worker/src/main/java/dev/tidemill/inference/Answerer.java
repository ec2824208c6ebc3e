package dev.tidemill.inference;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes micro-batches, each by one version. One thread. */
final class Answerer {
  private static final Logger LOG = LoggerFactory.getLogger(Answerer.class);

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
  Answerer(ModelSlots slots, int thread, LongSupplier nanoTime) {
    this.slots = slots;
    this.thread = thread;
    this.nanoTime = nanoTime;
  }

  /** What came of each request, in their order. */
  List<Outcome> answer(List<PendingRequest> requests) {
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
    List<Integer> usable = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      PredictionRequest request = requests.get(i).request();
      if (request != null) {
        Optional<String> fault = model.check().request(view(request.getInputs()));
        if (fault.isPresent()) {
          computed.faults[i] = fault.get();
        } else {
          usable.add(i);
        }
      }
    }
    predict(usable, computed);
    return computed;
  }

  /** A batch that the engine cannot compute is tried one by one, so that one bad request is one. */
  private void predict(List<Integer> usable, Computed computed) {
    if (usable.isEmpty()) {
      return;
    }
    try {
      predictTogether(usable, computed);
    } catch (RuntimeException e) {
      LOG.warn("a micro-batch of {} requests cannot be computed", usable.size(), e);
      if (usable.size() == 1) {
        computed.faults[usable.get(0)] = "the engine cannot compute it: " + e;
      } else {
        usable.forEach(i -> predict(List.of(i), computed));
      }
    }
  }

  private void predictTogether(List<Integer> usable, Computed computed) {
    batch.clear();
    for (int i : usable) {
      PredictionRequest request = computed.requests.get(i).request();
      if (request != null) {
        Tensor inputs = request.getInputs();
        TensorView view = view(inputs);
        batch.add(view.type(), view.data(), view.scale(), view.offset(), 0, 1);
      }
    }
    int length = computed.model.model().outputLength();
    if (outputs.capacity() < usable.size() * length) {
      outputs = FloatBuffer.allocate(usable.size() * length);
    }
    outputs.clear();
    computed.model.model().predict(batch, outputs);
    outputs.rewind();
    for (int i : usable) {
      computed.outputs.set(i, next(length));
    }
  }

  private List<Float> next(int length) {
    List<Float> values = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      values.add(outputs.get());
    }
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

  /** The work on one micro-batch. */
  private static final class Computed {
    private final List<PendingRequest> requests;
    private final ModelSlot.Loaded model;
    private final @Nullable String[] faults;
    private final List<List<Float>> outputs;

    Computed(List<PendingRequest> requests, ModelSlot.Loaded model) {
      this.requests = requests;
      this.model = model;
      this.faults = new String[requests.size()];
      this.outputs = new ArrayList<>(requests.stream().map(r -> List.<Float>of()).toList());
    }

    List<Outcome> outcomes(long startNanos, long endNanos) {
      List<Outcome> outcomes = new ArrayList<>(requests.size());
      for (int i = 0; i < requests.size(); i++) {
        outcomes.add(outcome(i, startNanos, endNanos));
      }
      return outcomes;
    }

    private Outcome outcome(int i, long startNanos, long endNanos) {
      PendingRequest pending = requests.get(i);
      PredictionRequest request = pending.request();
      String undecodable = pending.fault();
      if (request == null) {
        return new Outcome.Undecodable(pending, String.valueOf(undecodable));
      }
      String fault = faults[i];
      if (fault == null && !outputs.get(i).stream().allMatch(Float::isFinite)) {
        fault = "the model's answer is not finite: " + outputs.get(i);
      }
      if (fault != null) {
        return new Outcome.Refused(pending, request, fault);
      }
      return new Outcome.Answered(
          pending,
          request,
          model.version(),
          model.createdAtMillis(),
          outputs.get(i),
          model.network().spec().loss() == LossType.CROSS_ENTROPY,
          new Outcome.Timing(
              startNanos - pending.receivedNanos(), endNanos - startNanos, requests.size()));
    }
  }
}
