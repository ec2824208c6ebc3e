package dev.tidemill.trainer.drift;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.evaluation.drift.DriftDetector;
import dev.tidemill.evaluation.drift.DriftDetector.Change;
import dev.tidemill.schemas.DriftSignal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches the prequential error of a run, how far its inputs are from the data contract, and the
 * error by delayed labels. What it finds in the first two follows from the steps and from {@link
 * #state}, so a resumed run finds the same. Allocates nothing per step. Training thread.
 */
public final class DriftMonitor {
  private static final String BOOST = "boost";
  private static final String RETRAINING = "retraining";

  /**
   * Watches the inputs, whatever watches the errors. DDM takes values for rates of a binomial
   * distribution, and the threshold of Page-Hinkley is one for error rates. The distance of means
   * is neither; ADWIN only assumes values from 0 to 1.
   */
  private static final DetectorKind INPUT_DETECTOR = DetectorKind.ADWIN;

  /** Begins the text of a state. Another one is not read. */
  private static final String FORMAT = "1";

  private final Optional<DetectorKind> kind;
  private final Optional<DriftDetector> errors;
  private final Optional<DriftDetector> inputs;
  private final Optional<DelayedErrors> delayed;
  private final PositionMarks marks = new PositionMarks();
  private final Queue<Drift> found = new ArrayDeque<>();
  private final Consumer<Drift> finder = found::add;
  private final Boost boost = new Boost();
  private final Retraining retraining = new Retraining();
  private @Nullable FeatureMeans features;
  private boolean usesInputs;
  private String delayedState = "";
  private long begun;
  private long measured;

  /**
   * @param kind empty if nothing is watched
   * @param stepSamples number of samples of a step
   * @param metricsSteps number of steps between two reads of the errors
   * @param samples trained since the lineage began
   * @param delayed empty if the error by delayed labels is not watched
   */
  public DriftMonitor(
      Optional<DetectorKind> kind,
      int stepSamples,
      int metricsSteps,
      long samples,
      Optional<DelayedErrors> delayed) {
    this.kind = kind;
    this.errors =
        kind.map(
            of -> of.create((int) Math.min(Integer.MAX_VALUE, (long) stepSamples * metricsSteps)));
    this.inputs = kind.map(of -> INPUT_DETECTOR.create(stepSamples));
    this.delayed = delayed;
    this.begun = samples;
    this.measured = samples;
    delayed.ifPresent(of -> of.trained(samples));
  }

  /** Returns the boost that a change has begun. */
  public Boost boost() {
    return boost;
  }

  /** Returns what a new model has left of the records that it trains again. */
  public Retraining retraining() {
    return retraining;
  }

  /**
   * Returns the state of a new model: there are samples to train again, and all that is known is
   * how far labels were compared, which has nothing to do with a model.
   *
   * @param samples number of samples that the previous model has trained already
   * @param before state of the previous model
   */
  public static String restarted(long samples, String before) {
    String[] parts = before.split(";", -1);
    String kept =
        Arrays.stream(parts)
            .skip(1)
            .filter(part -> parts[0].equals(FORMAT) && isOf(DriftSignal.DELAYED, part))
            .map(part -> ";" + part)
            .collect(Collectors.joining());
    String again = samples == 0 ? "" : ";" + RETRAINING + " " + samples;
    return again.isEmpty() && kept.isEmpty() ? "" : FORMAT + again + kept;
  }

  private static boolean isOf(DriftSignal signal, String part) {
    return part.split(" ", 2)[0].endsWith("." + signal);
  }

  /** Sets the contract of the next samples. */
  public void contract(Optional<Contract> contract) {
    features =
        inputs
            .flatMap(of -> contract)
            .map(FeatureMeans::new)
            .filter(f -> !f.isEmpty())
            .orElse(null);
  }

  /**
   * Adds the inputs of a step, before it is trained.
   *
   * @param partition of its first record
   * @param offset of its first record
   */
  public void begin(TensorBatch batch, int partition, long offset) {
    if (kind.isEmpty()) {
      return;
    }
    marks.add(begun, partition, offset);
    begun += batch.size();
    if (delayed.isPresent()) {
      delayed.get().trained(begun);
    }
    FeatureMeans means = features;
    if (means != null) {
      usesInputs = true;
      Optional<Change> change = inputs.get().add(means.read(batch), batch.size());
      if (change.isPresent()) {
        add(DriftSignal.INPUT, means.farthest(), change.get(), begun);
      }
    }
  }

  /**
   * Adds errors that were read from the engine.
   *
   * @param samples number of samples; may be 0
   * @param error their mean error, from 0 to 1
   */
  public void measured(long samples, double error) {
    if (errors.isEmpty() || samples == 0) {
      return;
    }
    measured += samples;
    Optional<Change> change = errors.get().add(error, Math.toIntExact(samples));
    if (change.isPresent()) {
      add(DriftSignal.ERROR, null, change.get(), measured);
    }
  }

  private void add(DriftSignal signal, @Nullable String feature, Change change, long detected) {
    long began = Math.max(0, detected - change.samplesSince());
    int at = marks.find(began);
    found.add(
        new Drift(
            signal,
            feature,
            detector(signal).word(),
            at < 0 ? 0 : marks.partition(at),
            at < 0 ? 0 : marks.offset(at),
            at < 0 || marks.isAfter(at, began),
            began,
            detected,
            change.before(),
            change.after(),
            null));
  }

  /** Receives changes of the error by delayed labels. {@link #take} then takes them, too. */
  void receive() {
    if (delayed.isPresent()) {
      delayed.get().take(finder);
    }
  }

  /**
   * As {@link #receive}; and {@link #state} then contains what is known of delayed labels at this
   * moment: of the changes that were received, and of no later ones.
   */
  void receiveForState() {
    if (delayed.isPresent()) {
      delayedState = delayed.get().takeWithState(finder);
    }
  }

  /** Takes the next change that was found; null if there is none. */
  public @Nullable Drift take() {
    return found.poll();
  }

  /** Forgets the errors, and ends a boost: other weights make other errors. */
  public void rolledBack() {
    boost.end();
    errors.ifPresent(DriftDetector::reset);
    measured = begun;
  }

  /**
   * Returns all that a checkpoint must contain of this monitor: the number of the format, then the
   * boost, a retraining and each detector, each after a semicolon. Empty if there is nothing.
   */
  public String state() {
    StringBuilder text = new StringBuilder();
    if (boost.wasUsed()) {
      text.append(';').append(BOOST).append(' ').append(boost.state());
    }
    if (retraining.isActive()) {
      text.append(';').append(RETRAINING).append(' ').append(retraining.state());
    }
    append(text, DriftSignal.ERROR, errors);
    append(text, DriftSignal.INPUT, usesInputs ? inputs : Optional.empty());
    if (!delayedState.isEmpty()) {
      text.append(';').append(key(DriftSignal.DELAYED)).append(' ').append(delayedState);
    }
    return text.isEmpty() ? "" : text.insert(0, FORMAT).toString();
  }

  private void append(StringBuilder text, DriftSignal signal, Optional<DriftDetector> detector) {
    if (detector.isEmpty()) {
      return;
    }
    text.append(';').append(key(signal)).append(' ').append(text(detector.get()));
  }

  /** Returns the numbers of a detector's state. */
  static String text(DriftDetector detector) {
    return Arrays.stream(detector.state())
        .mapToObj(Double::toString)
        .collect(Collectors.joining(" "));
  }

  private String key(DriftSignal signal) {
    return detector(signal).word() + "." + signal;
  }

  private DetectorKind detector(DriftSignal signal) {
    return signal == DriftSignal.INPUT ? INPUT_DETECTOR : kind.orElseThrow();
  }

  /**
   * Continues from a {@link #state}. What another detector knew is left out. A detector whose state
   * cannot be read begins anew.
   *
   * @return what cannot be read, a sentence each
   * @throws IllegalArgumentException if the boost cannot be read, without which training would
   *     continue with a wrong learning rate, or a retraining, without which it might begin again
   *     and again
   */
  public List<String> restore(String state) {
    if (state.isEmpty()) {
      return List.of();
    }
    String[] parts = state.split(";", -1);
    if (!parts[0].equals(FORMAT)) {
      return List.of(
          "the detection of drift begins anew: its state has another format than " + FORMAT);
    }
    List<String> unreadable = new ArrayList<>();
    for (String part : Arrays.asList(parts).subList(1, parts.length)) {
      String[] words = part.split(" ", -1);
      if (words[0].equals(BOOST)) {
        boost.restore(numbers(words, 1));
      } else if (words[0].equals(RETRAINING)) {
        retraining.restore(numbers(words, 1));
      } else if (kind.isPresent() && words[0].equals(key(DriftSignal.ERROR))) {
        restore(errors.orElseThrow(), words, unreadable);
      } else if (kind.isPresent() && words[0].equals(key(DriftSignal.INPUT))) {
        restore(inputs.orElseThrow(), words, unreadable);
        usesInputs = true;
      } else if (delayed.isPresent() && words[0].equals(key(DriftSignal.DELAYED))) {
        restore(delayed.get(), words, unreadable);
      }
    }
    return unreadable;
  }

  private static void restore(DriftDetector detector, String[] words, List<String> unreadable) {
    try {
      detector.restore(numbers(words, 1));
    } catch (IllegalArgumentException e) {
      detector.reset();
      unreadable.add(anew(words[0], e));
    }
  }

  private static void restore(DelayedErrors delayed, String[] words, List<String> unreadable) {
    try {
      delayed.restore(words.length > 1 ? words[1] : "", numbers(words, 2));
    } catch (IllegalArgumentException e) {
      delayed.forget();
      unreadable.add(anew(words[0], e));
    }
  }

  private static String anew(String key, IllegalArgumentException why) {
    return "the detection of drift begins anew: the state of %s cannot be read (%s)"
        .formatted(key, why.getMessage());
  }

  private static double[] numbers(String[] words, int from) {
    return Arrays.stream(words).skip(from).mapToDouble(Double::parseDouble).toArray();
  }
}
