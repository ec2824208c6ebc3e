package dev.tidemill.producer.source;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.LabelPreparer;
import dev.tidemill.contract.SamplePreparer;
import dev.tidemill.contract.UnknownClassException;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.schemas.LabelContract;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prepares a source's samples as a contract says: columns by name, classes by name, and the scaling
 * of the contract. Any thread.
 */
public final class SampleConformer {
  private final Contract contract;
  private final @Nullable SamplePreparer samples;
  private final @Nullable LabelPreparer labels;

  /** The columns of the last row, because all rows of a table have the same. */
  private volatile @Nullable Columns columns;

  public SampleConformer(Contract contract) {
    this.contract = contract;
    this.samples = contract.isTable() ? new SamplePreparer(contract) : null;
    this.labels = contract.label().isPresent() ? new LabelPreparer(contract) : null;
  }

  /** The contract that samples are prepared with. */
  public Contract contract() {
    return contract;
  }

  /**
   * Prepares a sample.
   *
   * @throws NewClassException if the contract lacks the sample's class
   * @throws LeftOutException if the contract leaves out samples with this missing value
   * @throws MalformedSampleException if the contract does not accept the sample
   */
  public Sample conform(Sample raw) {
    NamedValues values = raw.values();
    boolean table = values != null && values.isTable();
    try {
      SampleLabel label = label(raw);
      if (values == null) {
        requireAgreement(raw);
        if (label.equals(raw.label())) {
          return raw;
        }
        return new Sample(
            raw.index(), raw.dtype(), raw.shape(), raw.data(), label, null, raw.origin());
      }
      return new Sample(
          raw.index(),
          contract.dtype(),
          contract.shape(),
          data(raw, values),
          label,
          null,
          raw.origin());
    } catch (UnknownClassException e) {
      throw new NewClassException(explain(raw, e, table), e.className());
    } catch (UnusableValueException e) {
      throw new MalformedSampleException(explain(raw, e, table));
    }
  }

  /**
   * Prepares all samples of a reader, which it closes, without keeping them.
   *
   * @throws MalformedSampleException for the first sample that the contract does not accept;
   *     samples that it leaves out are no fault
   */
  public void checkAll(SampleReader samples) {
    try (samples) {
      while (!samples.ended()) {
        Sample raw = samples.next(0);
        if (raw != null) {
          check(raw);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("finite sources never wait", e);
    }
  }

  /**
   * Prepares a sample without keeping it.
   *
   * @throws MalformedSampleException if the contract does not accept the sample
   */
  public void check(Sample raw) {
    try {
      conform(raw);
    } catch (LeftOutException e) {
      return; // It is reported when the samples are sent.
    }
  }

  private static String explain(Sample raw, UnusableValueException e, boolean table) {
    return where(raw) + (table ? ", column `" : ", `") + e.name() + "`: " + e.fault();
  }

  private static String where(Sample raw) {
    String where = raw.origin().where();
    return where.isEmpty() ? "sample " + raw.index() : where;
  }

  private MalformedSampleException malformed(Sample raw, String fault) {
    return new MalformedSampleException(where(raw) + ": " + fault);
  }

  private MalformedSampleException unlabeled(Sample raw, LabelContract expected) {
    NamedValues values = raw.values();
    boolean table = values != null && values.isTable();
    return new MalformedSampleException(
        where(raw) + (table ? ", column `" + expected.getName() + "`" : "") + ": no label");
  }

  private void requireAgreement(Sample raw) {
    if (contract.isTable()) {
      throw malformed(
          raw, "a tensor, but " + contract + " has the named features " + contract.names());
    }
    if (raw.dtype() != contract.dtype() || !raw.shape().equals(contract.shape())) {
      throw malformed(
          raw,
          raw.dtype()
              + " "
              + raw.shape()
              + ", but "
              + contract
              + " has "
              + contract.dtype()
              + " "
              + contract.shape());
    }
  }

  private ByteBuffer data(Sample raw, NamedValues values) {
    SamplePreparer preparer = samples;
    if (preparer == null) {
      throw malformed(
          raw, "named values, but the samples of " + contract + " are " + contract.shape());
    }
    List<@Nullable Object> cells = values.cells();
    int[] at = columns(raw, values).features;
    ByteBuffer data = ByteBuffer.allocate(preparer.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    boolean complete =
        preparer.prepare(feature -> at[feature] < 0 ? null : value(cells.get(at[feature])), data);
    if (!complete) {
      throw new LeftOutException(where(raw) + ": left out, because a value is missing");
    }
    return data.flip().asReadOnlyBuffer();
  }

  private static @Nullable Object value(@Nullable Object cell) {
    return cell instanceof String text && text.isBlank() ? null : cell;
  }

  private Columns columns(Sample raw, NamedValues values) {
    Columns known = columns;
    if (known == null || !known.names.equals(values.names())) {
      known = locate(raw, values);
      columns = known;
    }
    return known;
  }

  private Columns locate(Sample raw, NamedValues values) {
    int[] at = contract.names().stream().mapToInt(values.names()::indexOf).toArray();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < at.length; i++) {
      if (at[i] < 0) {
        missing.add(contract.names().get(i));
      }
    }
    if (values.isTable() && !missing.isEmpty()) {
      throw malformed(
          raw,
          "no column "
              + quoted(missing)
              + ", which "
              + contract
              + " has; the columns are "
              + quoted(values.names()));
    }
    if (!values.isTable() && !missing.isEmpty()) {
      requireKnown(raw, values, missing);
    }
    return new Columns(values.names(), at);
  }

  /** A name that is unknown while another one is missing may be misspelt. */
  private void requireKnown(Sample raw, NamedValues values, List<String> missing) {
    String label = contract.label().map(LabelContract::getName).orElse("");
    values.names().stream()
        .filter(name -> !contract.names().contains(name) && !name.equals(label))
        .findFirst()
        .ifPresent(
            name -> {
              throw malformed(
                  raw,
                  UnusableValueException.shown(name)
                      + " is not a feature of "
                      + contract
                      + ", and "
                      + quoted(missing)
                      + " is missing");
            });
  }

  private static String quoted(List<String> names) {
    return "`" + String.join("`, `", names) + "`";
  }

  private SampleLabel label(Sample raw) {
    LabelPreparer preparer = labels;
    LabelContract expected = contract.record().getLabel();
    if (preparer == null || expected == null) {
      throw malformed(raw, "nothing to train: " + contract + " has no label");
    }
    SampleLabel given = raw.label();
    NamedValues values = raw.values();
    Object own = given != null || values == null ? null : values.value(expected.getName());
    if (own != null) {
      given = new SampleLabel.Raw(own);
    }
    if (given == null) {
      throw unlabeled(raw, expected);
    }
    if (given instanceof SampleLabel.NextBytes || expected.getPositions() > 0) {
      return positions(raw, given, expected);
    }
    if (given instanceof SampleLabel.Targets targets) {
      return targets(raw, targets.values(), preparer);
    }
    Object value =
        given instanceof SampleLabel.Raw text
            ? text.value()
            : given.answer().isPresent() ? given.answer().getAsInt() : "";
    return preparer.isClass()
        ? new SampleLabel.ClassNumber(preparer.classNumber(value))
        : targets(raw, List.of(value), preparer);
  }

  private SampleLabel positions(Sample raw, SampleLabel given, LabelContract expected) {
    long positions = given instanceof SampleLabel.NextBytes next ? next.numbers().remaining() : 0;
    if (positions != expected.getPositions()) {
      throw malformed(
          raw,
          (positions == 0 ? "a single label" : positions + " labels")
              + ", but "
              + contract
              + " has "
              + (expected.getPositions() == 0 ? "a single one" : expected.getPositions()));
    }
    return given;
  }

  private SampleLabel targets(Sample raw, List<?> given, LabelPreparer preparer) {
    if (preparer.isClass()) {
      throw malformed(raw, "targets, but the labels of " + contract + " are classes");
    }
    if (given.size() != preparer.targets()) {
      throw malformed(
          raw, given.size() + " targets, but " + contract + " has " + preparer.targets());
    }
    List<Float> targets = new ArrayList<>(given.size());
    for (int i = 0; i < given.size(); i++) {
      targets.add(preparer.target(i, given.get(i)));
    }
    return new SampleLabel.Targets(targets);
  }

  /** Where a row has the contract's features. */
  private static final class Columns {
    private final List<String> names;

    /** The number of each feature's column; -1 if there is none. */
    private final int[] features;

    Columns(List<String> names, int[] features) {
      this.names = names;
      this.features = features;
    }
  }
}
