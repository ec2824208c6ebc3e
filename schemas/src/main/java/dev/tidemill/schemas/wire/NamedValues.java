package dev.tidemill.schemas.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The named values of a decoded request, as views of the record's bytes. A worker reads millions of
 * them a second, so it reads them entry by entry: that creates an object only for a text.
 *
 * <p>This is also an unmodifiable map of Double, String, Boolean or null by name. Its methods
 * decode all entries when one of them is called first. If a name occurs more than once, its last
 * entry counts, as in Avro's reader. Any thread.
 */
public final class NamedValues extends AbstractMap<String, @Nullable Object> {
  private static final int NULL = 0;
  private static final int NUMBER = 1;
  private static final int TEXT = 2;
  private static final int BRANCHES = 4;

  /** This object and its four arrays without their elements. */
  private static final int OBJECTS_HEAP_BYTES = 112;

  /** An element of each array. */
  private static final int ENTRY_HEAP_BYTES = 2 * Integer.BYTES + Byte.BYTES + Long.BYTES;

  private final byte[] bytes;
  private int entries;
  private int[] nameStarts = {};
  private int[] nameEnds = {};
  private byte[] branches = {};

  /** A number's bits; a text's start and end in the bytes; 1 for true. */
  private long[] contents = {};

  private @Nullable Map<String, @Nullable Object> map;

  private NamedValues(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a map whose values are null, a double, a string or a boolean. Checks everything that
   * decoding the entries would check.
   */
  static NamedValues read(BoundedDecoder from) throws IOException {
    NamedValues values = new NamedValues(from.array());
    long limit = EntryLimit.texts(from.remainingBytes());
    for (long left = from.readMapStart(); left > 0; left = from.mapNext()) {
      EntryLimit.checkTexts("values", values.entries + left, limit);
      values.reserve(values.entries + (int) left);
      for (long i = 0; i < left; i++) {
        values.add(from);
      }
    }
    return values;
  }

  private void reserve(int needed) {
    if (needed > branches.length) {
      // At least doubled, because a map may have a block for each entry.
      int capacity = Math.max(needed, 2 * branches.length);
      nameStarts = Arrays.copyOf(nameStarts, capacity);
      nameEnds = Arrays.copyOf(nameEnds, capacity);
      branches = Arrays.copyOf(branches, capacity);
      contents = Arrays.copyOf(contents, capacity);
    }
  }

  private void add(BoundedDecoder from) throws IOException {
    nameStarts[entries] = from.skipText();
    nameEnds[entries] = from.position();
    int branch = from.readBranch(BRANCHES);
    branches[entries] = (byte) branch;
    contents[entries] = content(branch, from);
    entries++;
  }

  private static long content(int branch, BoundedDecoder from) throws IOException {
    return switch (branch) {
      case NULL -> 0;
      case NUMBER -> Double.doubleToRawLongBits(from.readDouble());
      case TEXT -> {
        long start = from.skipText();
        yield start << Integer.SIZE | from.position();
      }
      default -> from.readBoolean() ? 1 : 0;
    };
  }

  /** Returns the number of entries in the record. A name may have more than one. */
  public int entries() {
    return entries;
  }

  /** Returns the approximate size on the heap, besides the record's bytes. */
  public long heapBytes() {
    return OBJECTS_HEAP_BYTES + (long) ENTRY_HEAP_BYTES * branches.length;
  }

  /**
   * Returns the number of an entry's name in an index, or -1 if the index does not have it.
   *
   * @param guess the number that the name probably has; any value is allowed
   */
  public int find(int entry, NameIndex index, int guess) {
    return index.find(bytes, nameStarts[entry], nameEnds[entry], guess);
  }

  /** Returns the name of an entry. */
  public String name(int entry) {
    return text(nameStarts[entry], nameEnds[entry]);
  }

  /** Returns whether an entry's value is a number. */
  public boolean isNumber(int entry) {
    return branches[entry] == NUMBER;
  }

  /** Returns the value of an entry that is a number, without boxing it. */
  public double number(int entry) {
    return Double.longBitsToDouble(contents[entry]);
  }

  /** Returns the value of an entry: a Double, a String, a Boolean or null. */
  public @Nullable Object value(int entry) {
    long content = contents[entry];
    return switch (branches[entry]) {
      case NULL -> null;
      case NUMBER -> Double.longBitsToDouble(content);
      case TEXT -> text((int) (content >>> Integer.SIZE), (int) content);
      default -> content == 1;
    };
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  @Override
  public Set<Map.Entry<String, @Nullable Object>> entrySet() {
    return map().entrySet();
  }

  @Override
  public @Nullable Object get(Object name) {
    return map().get(name);
  }

  @Override
  public boolean containsKey(Object name) {
    return map().containsKey(name);
  }

  private synchronized Map<String, @Nullable Object> map() {
    Map<String, @Nullable Object> decoded = map;
    if (decoded == null) {
      decoded = new HashMap<>();
      for (int entry = 0; entry < entries; entry++) {
        decoded.put(name(entry), value(entry));
      }
      decoded = Collections.unmodifiableMap(decoded);
      map = decoded;
    }
    return decoded;
  }
}
