package dev.tidemill.producer.requests;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.LabelPreparer;
import dev.tidemill.contract.NumberText;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds requests from samples as they are: the version that answers prepares them. One thread.
 *
 * <p>A table may have columns that the model does not know, for example its label. They are not
 * sent, because a request with an unknown name is an error.
 */
final class RawRequests {
  private final Set<String> features = new HashSet<>();
  private final @Nullable Contract newest;
  private final Consumer<String> notices;
  private Set<String> reported = Set.of();

  /**
   * @param contracts the versions of the model's contract, ascending; empty if it has none
   */
  RawRequests(List<Contract> contracts, Consumer<String> notices) {
    contracts.forEach(contract -> features.addAll(contract.names()));
    this.newest = contracts.isEmpty() ? null : contracts.get(contracts.size() - 1);
    this.notices = notices;
  }

  /** Returns the sample with its label, if only the contract says which column that is. */
  Sample labeled(Sample sample) {
    NamedValues values = sample.values();
    String name = newest == null ? null : newest.label().map(label -> label.getName()).orElse(null);
    if (sample.label() != null || values == null || name == null || features.contains(name)) {
      return sample;
    }
    Object value = values.value(name);
    return value == null || (value instanceof String text && text.isBlank())
        ? sample
        : Sample.named(sample.index(), values, new SampleLabel.Raw(value), sample.origin());
  }

  PredictionRequest request(Sample sample, String id, Instant now) {
    PredictionRequest.Builder request =
        PredictionRequest.newBuilder().setRequestId(id).setCreatedAt(now);
    NamedValues values = sample.values();
    if (values != null) {
      return request.setValues(values(values)).build();
    }
    return request
        .setInputs(
            Tensor.newBuilder()
                .setDtype(sample.dtype())
                .setShape(sample.shape())
                .setData(sample.data().duplicate())
                .build())
        .build();
  }

  private Map<String, @Nullable Object> values(NamedValues values) {
    Map<String, @Nullable Object> raw = new HashMap<>();
    List<String> extra = new ArrayList<>();
    values
        .toMap()
        .forEach(
            (name, value) -> {
              if (features.isEmpty() || features.contains(name)) {
                raw.put(name, asSent(value));
              } else {
                extra.add(name);
              }
            });
    newestLabel().ifPresent(extra::remove);
    if (!extra.isEmpty() && !reported.containsAll(extra)) {
      reported = Set.copyOf(extra);
      notices.accept(
          "ignoring `" + String.join("`, `", extra) + "`, which " + newest + " does not have");
    }
    return raw;
  }

  private Optional<String> newestLabel() {
    return newest == null ? Optional.empty() : newest.label().map(label -> label.getName());
  }

  /** A number as a double if that has the same text; otherwise as the text, which loses nothing. */
  private static @Nullable Object asSent(@Nullable Object value) {
    if (value instanceof Number number) {
      boolean exact = NumberText.text(number.doubleValue()).equals(NumberText.text(number));
      return exact ? (Object) number.doubleValue() : NumberText.text(number);
    }
    if (value instanceof String text) {
      double number = NumberText.parse(text);
      boolean same = !Double.isNaN(number) && NumberText.text(number).equals(text.strip());
      return same ? (Object) number : text;
    }
    return value;
  }

  /** The record of a label; empty if the sample has none, or the contract does not accept it. */
  Optional<Label> label(Sample sample, String id, Instant now) {
    SampleLabel given = sample.label();
    Label.Builder record = Label.newBuilder().setRequestId(id).setCreatedAt(now);
    if (given == null) {
      return Optional.empty();
    }
    if (given instanceof SampleLabel.Targets targets) {
      return Optional.of(record.setTargets(targets.values()).build());
    }
    if (given instanceof SampleLabel.NextBytes) {
      return Optional.of(record.setLabel(given.answer().getAsInt()).build());
    }
    Object value = given instanceof SampleLabel.Raw raw ? raw.value() : given.answer().getAsInt();
    return single(record, value);
  }

  private Optional<Label> single(Label.Builder record, Object value) {
    if (newest != null && newest.isClassification()) {
      try {
        return Optional.of(record.setLabel(new LabelPreparer(newest).classNumber(value)).build());
      } catch (UnusableValueException e) {
        return Optional.empty(); // A class that the model does not know is no label of it.
      }
    }
    double number =
        value instanceof Number known ? known.doubleValue() : NumberText.parse(value.toString());
    if (Double.isNaN(number)) {
      return Optional.empty();
    }
    boolean isClass = newest == null && number >= 0 && number == (int) number;
    return Optional.of(
        isClass
            ? record.setLabel((int) number).build()
            : record.setTargets(List.of((float) number)).build());
  }
}
