package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.MissingValues;
import dev.tidemill.schemas.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** A contract as a YAML file: what people write, and what `tidemill contract show` prints. */
public final class ContractFile {
  private static final int MAX_LENGTH = 1 << 24;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setLabel("contract")
          .setSchema(new CoreSchema())
          .setCodePointLimit(MAX_LENGTH)
          .setMaxAliasesForCollections(0)
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setAllowNonScalarKeys(false)
          .build();

  private ContractFile() {}

  /**
   * Parses a contract. It has version 1 until it is written for a model.
   *
   * @throws InvalidContractException with every fault
   */
  public static Contract parse(String yaml) {
    Object tree;
    try {
      tree = new Load(SETTINGS).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw new InvalidContractException(
          "contract", List.of(String.valueOf(e.getMessage()).strip()));
    }
    Fields fields = new Fields("contract", tree, new ArrayList<>());
    List<Feature> features = fields.each("features", ContractFile::feature);
    LabelContract label = fields.one("label", ContractFile::label);
    List<Long> shape = fields.longs("shape");
    DType dtype = fields.oneOf("dtype", DType.class, DType.FLOAT32);
    fields.end();
    fields.requireNone();
    if (shape.isEmpty()) {
      shape = List.of(features.stream().mapToLong(Contract::width).sum());
    }
    return Contract.of(
        DataContract.newBuilder()
            .setModel("")
            .setVersion(1)
            .setCompatibleSince(1)
            .setDtype(dtype)
            .setShape(shape)
            .setFeatures(features)
            .setLabel(label)
            .setCreatedAt(Instant.EPOCH)
            .build());
  }

  private static Feature feature(Fields fields) {
    Feature.Builder feature =
        Feature.newBuilder()
            .setName(fields.text("name"))
            .setKind(fields.oneOf("kind", FeatureKind.class, FeatureKind.NUMBER))
            .setShape(fields.longs("shape"))
            .setMean(fields.number("mean", 0))
            .setDeviation(fields.number("deviation", 1))
            .setMinimum(fields.numberOrNull("minimum"))
            .setMaximum(fields.numberOrNull("maximum"))
            .setCategories(fields.texts("categories"))
            .setEncoding(fields.oneOf("encoding", CategoryEncoding.class, CategoryEncoding.ONE_HOT))
            .setMissing(fields.oneOf("missing", MissingValues.class, MissingValues.REFUSE))
            .setFill(fields.textOrNull("fill"))
            .setIndicator(fields.isTrue("indicator"));
    fields.end();
    return feature.build();
  }

  private static LabelContract label(Fields fields) {
    List<Target> targets = fields.each("targets", ContractFile::target);
    LabelContract label =
        LabelContract.newBuilder()
            .setName(fields.text("name"))
            .setKind(targets.isEmpty() ? LabelKind.CLASS : LabelKind.TARGET)
            .setClasses(fields.texts("classes"))
            .setPositions((long) fields.number("positions", 0))
            .setTargets(targets)
            .build();
    fields.end();
    return label;
  }

  private static Target target(Fields fields) {
    Target target =
        Target.newBuilder()
            .setName(fields.text("name"))
            .setMean(fields.number("mean", 0))
            .setDeviation(fields.number("deviation", 1))
            .build();
    fields.end();
    return target;
  }

  /** Returns the file's text; {@link #parse} reads it back, without the model and the counts. */
  public static String text(Contract contract) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("dtype", word(contract.dtype()));
    tree.put("shape", contract.shape());
    tree.put("features", contract.features().stream().map(ContractFile::tree).toList());
    contract.label().ifPresent(label -> tree.put("label", tree(label)));
    Dump dump =
        new Dump(
            DumpSettings.builder()
                .setSchema(new CoreSchema())
                .setDefaultFlowStyle(FlowStyle.AUTO)
                .setWidth(100)
                .build());
    return dump.dumpToString(tree);
  }

  private static Map<String, Object> tree(Feature feature) {
    Map<String, Object> tree = new LinkedHashMap<>();
    BiConsumer<String, @Nullable Object> put =
        (key, value) -> {
          if (value != null) {
            tree.put(key, value);
          }
        };
    put.accept("name", feature.getName());
    put.accept("kind", word(feature.getKind()));
    put.accept("shape", feature.getShape().isEmpty() ? null : feature.getShape());
    put.accept("mean", feature.getMean() == 0 ? null : feature.getMean());
    put.accept("deviation", feature.getDeviation() == 1 ? null : feature.getDeviation());
    put.accept("minimum", feature.getMinimum());
    put.accept("maximum", feature.getMaximum());
    if (!feature.getCategories().isEmpty()) {
      put.accept("categories", feature.getCategories());
      put.accept("encoding", word(feature.getEncoding()));
    }
    boolean refused = feature.getMissing() == MissingValues.REFUSE;
    put.accept("missing", refused ? null : word(feature.getMissing()));
    put.accept("fill", feature.getFill());
    put.accept("indicator", feature.getIndicator() ? true : null);
    return tree;
  }

  private static Map<String, Object> tree(LabelContract label) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", label.getName());
    if (label.getKind() == LabelKind.TARGET) {
      tree.put("targets", label.getTargets().stream().map(ContractFile::tree).toList());
    } else {
      tree.put("classes", label.getClasses());
    }
    if (label.getPositions() > 0) {
      tree.put("positions", label.getPositions());
    }
    return tree;
  }

  private static Map<String, Object> tree(Target target) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", target.getName());
    tree.put("mean", target.getMean());
    tree.put("deviation", target.getDeviation());
    return tree;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Reads one map of the tree and collects what is wrong with it. */
  private static final class Fields {
    private final String where;
    private final Map<String, @Nullable Object> map = new LinkedHashMap<>();
    private final List<String> faults;

    Fields(String where, @Nullable Object tree, List<String> faults) {
      this.where = where;
      this.faults = faults;
      if (tree instanceof Map<?, ?> given) {
        given.forEach((key, value) -> map.put(String.valueOf(key), value));
      } else {
        faults.add(where + " is not a map of keys to values");
      }
    }

    String text(String key) {
      String text = textOrNull(key);
      if (text == null) {
        faults.add(where + ": `" + key + "` is missing");
        return "";
      }
      return text;
    }

    @Nullable String textOrNull(String key) {
      Object value = map.remove(key);
      return value == null ? null : plain(value);
    }

    private static String plain(Object value) {
      return value instanceof Number number ? NumberText.text(number) : value.toString();
    }

    double number(String key, double otherwise) {
      Double value = numberOrNull(key);
      return value == null ? otherwise : value;
    }

    @Nullable Double numberOrNull(String key) {
      Object value = map.remove(key);
      if (value == null) {
        return null;
      }
      if (value instanceof Number number) {
        return number.doubleValue();
      }
      faults.add(where + ": `" + key + "` is not a number");
      return null;
    }

    boolean isTrue(String key) {
      return Boolean.TRUE.equals(map.remove(key));
    }

    <E extends Enum<E>> E oneOf(String key, Class<E> type, E otherwise) {
      String word = textOrNull(key);
      if (word == null) {
        return otherwise;
      }
      List<String> words = new ArrayList<>();
      for (E constant : type.getEnumConstants()) {
        words.add(word(constant));
        if (word.equals(word(constant))) {
          return constant;
        }
      }
      faults.add(where + ": `" + key + "` is `" + word + "`, not one of " + words);
      return otherwise;
    }

    List<String> texts(String key) {
      return list(key).stream().map(Fields::plain).toList();
    }

    List<Long> longs(String key) {
      List<Long> longs = new ArrayList<>();
      for (Object value : list(key)) {
        if (value instanceof Number number && number.longValue() >= 1) {
          longs.add(number.longValue());
        } else {
          faults.add(where + ": `" + key + "` has a size that is not a whole number from 1");
        }
      }
      return longs;
    }

    private List<Object> list(String key) {
      Object value = map.remove(key);
      if (value == null) {
        return List.of();
      }
      if (!(value instanceof List<?> list) || list.stream().anyMatch(each -> each == null)) {
        faults.add(where + ": `" + key + "` is not a list of values");
        return List.of();
      }
      return List.copyOf(list);
    }

    <T> List<T> each(String key, Function<Fields, T> reader) {
      List<T> read = new ArrayList<>();
      for (Object value : list(key)) {
        read.add(reader.apply(new Fields(where + ", " + key + " " + read.size(), value, faults)));
      }
      return read;
    }

    <T> @Nullable T one(String key, Function<Fields, T> reader) {
      Object value = map.remove(key);
      return value == null ? null : reader.apply(new Fields(where + ", " + key, value, faults));
    }

    void end() {
      map.keySet().forEach(key -> faults.add(where + ": unknown key `" + key + "`"));
    }

    void requireNone() {
      if (!faults.isEmpty()) {
        throw new InvalidContractException("the file", faults);
      }
    }
  }
}
