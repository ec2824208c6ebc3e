package dev.tidemill.engine;

import dev.tidemill.engine.LayerSpec.ColumnEmbedding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads an embedding of columns. */
final class ColumnReader {
  /** The key of the columns' sizes. */
  static final String COLUMNS = "columns";

  private static final String NEEDS =
      "a mapping from the index of an element to its number of categories, e.g. {3: 120}";

  private ColumnReader() {}

  static LayerSpec layer(String name, SpecFields f) {
    return new ColumnEmbedding(name, f.integer("embedding_dim", 1), columns(f));
  }

  private static List<CategoryColumn> columns(SpecFields f) {
    Object node = f.node(COLUMNS);
    TreeMap<Integer, CategoryColumn> columns = new TreeMap<>();
    if (node == null) {
      f.fault(COLUMNS + " is missing; it must be " + NEEDS);
    } else if (!(node instanceof Map<?, ?> sizes) || sizes.isEmpty()) {
      f.fault(COLUMNS + " must be " + NEEDS + ", got " + SpecFields.show(node));
    } else {
      sizes.forEach((key, size) -> column(f, key, size, columns));
    }
    return List.copyOf(columns.values());
  }

  private static void column(
      SpecFields f,
      @Nullable Object key,
      @Nullable Object size,
      Map<Integer, CategoryColumn> into) {
    int index = index(key);
    if (index < 0) {
      f.fault(COLUMNS + " must be " + NEEDS + ", got the index " + SpecFields.show(key));
    } else if (!(size instanceof Number number)
        || !SpecFields.isInteger(size, 1, CategoryColumn.MAX_CATEGORIES)) {
      f.fault(
          COLUMNS
              + ": the number of categories of element "
              + index
              + " must be an integer from 1 to "
              + CategoryColumn.MAX_CATEGORIES
              + ", got "
              + SpecFields.show(size));
    } else if (into.putIfAbsent(index, new CategoryColumn(index, number.intValue())) != null) {
      f.fault(COLUMNS + ": element " + index + " stands there twice");
    }
  }

  /** Returns the index of an element; -1 if it is none. In JSON, which is YAML, a key is a text. */
  private static int index(@Nullable Object key) {
    if (key instanceof Number number && SpecFields.isInteger(key, 0, Integer.MAX_VALUE)) {
      return number.intValue();
    }
    return key instanceof String text && text.matches("0|[1-9][0-9]{0,8}")
        ? Integer.parseInt(text)
        : -1;
  }
}
