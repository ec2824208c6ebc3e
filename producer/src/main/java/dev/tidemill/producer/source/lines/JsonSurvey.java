package dev.tidemill.producer.source.lines;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.UndecidedException;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.TensorContracts;
import dev.tidemill.producer.source.UnusableSourceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what JSON samples hold. The first labeled sample says whether they are tensors. */
final class JsonSurvey {
  private static final int MAX_LABELS = 10_000;

  private final String name;
  private final Map<String, ColumnSurvey> features = new LinkedHashMap<>();
  private final ColumnSurvey labels = new ColumnSurvey(TensorContracts.LABEL);
  private final Map<SampleLabel, Long> firstOfLabel = new LinkedHashMap<>();
  private boolean alike = true;
  private @Nullable Sample like;
  private long samples;

  JsonSurvey(String name) {
    this.name = name;
  }

  void add(Sample sample) {
    if (like == null && sample.label() != null) {
      like = sample;
    }
    TensorContracts.add(labels, sample.label());
    alike = alike && isAlike(sample);
    NamedValues values = sample.values();
    if (values != null) {
      for (int i = 0; i < values.names().size(); i++) {
        column(values.names().get(i)).add(values.cells().get(i));
      }
    }
    samples++;
    // Features that this sample lacks.
    for (ColumnSurvey column : features.values()) {
      if (column.samples() < samples) {
        column.add(null);
      }
    }
  }

  private boolean isAlike(Sample sample) {
    SampleLabel label = sample.label();
    Sample first = like;
    if (first == null
        || label == null
        || sample.values() != null
        || sample.dtype() != first.dtype()
        || !sample.shape().equals(first.shape())) {
      return false;
    }
    firstOfLabel.putIfAbsent(label, samples);
    return firstOfLabel.size() <= MAX_LABELS;
  }

  /**
   * Returns the numbers of the samples that stand for all: tensors of one shape, one for each
   * label. Empty if the samples are not so alike, and each has to be looked at.
   */
  Optional<List<Long>> examples() {
    return alike ? Optional.of(List.copyOf(firstOfLabel.values())) : Optional.empty();
  }

  private ColumnSurvey column(String feature) {
    ColumnSurvey known = features.get(feature);
    if (known == null) {
      known = new ColumnSurvey(feature);
      for (long i = 0; i < samples; i++) {
        known.add(null);
      }
      features.put(feature, known);
    }
    return known;
  }

  /** The survey of the labels that are single values. */
  ColumnSurvey labels() {
    return labels;
  }

  /** The names of all features. */
  List<String> names() {
    return List.copyOf(features.keySet());
  }

  Contract derive(DeriveOptions options) {
    Sample first = like;
    if (first == null) {
      throw new UnusableSourceException(name + ": no sample has a label");
    }
    if (first.values() == null && options.sequence()) {
      throw new UnusableSourceException(
          name
              + ": data.sequence applies to named features; the nesting of `inputs` is their shape,"
              + " e.g. [[1], [2]]");
    }
    try {
      return first.values() == null
          ? TensorContracts.of(first, TensorContracts.label(first, labels, options))
          : ContractDeriver.derive(new ArrayList<>(features.values()), List.of(labels), options);
    } catch (UndecidedException | UnusableValueException e) {
      throw new UnusableSourceException(name + ": " + e.getMessage(), e);
    }
  }
}
