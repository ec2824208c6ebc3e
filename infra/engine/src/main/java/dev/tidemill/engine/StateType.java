package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/**
 * How an engine keeps the optimizer's tensors between updates. A {@link ModelState}, and so a
 * checkpoint, holds the same values as FLOAT32.
 */
public enum StateType {
  FLOAT32("float32", Float.BYTES),
  /** Rounded to nearest after each update. */
  BFLOAT16("bfloat16", Short.BYTES);

  private final String word;
  private final int bytes;

  StateType(String word, int bytes) {
    this.word = word;
    this.bytes = bytes;
  }

  /** The spec's word for it. */
  public String word() {
    return word;
  }

  /** Bytes a value. */
  public int bytes() {
    return bytes;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(StateType::word).toList();
  }
}
