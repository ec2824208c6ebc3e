package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/**
 * The type of the optimizer's tensors in an engine's memory, between updates. A {@link ModelState},
 * and so a checkpoint, contains the same values as FLOAT32.
 */
public enum StateType {
  FLOAT32("float32", Float.BYTES),
  /** Rounded stochastically after each update. */
  BFLOAT16("bfloat16", Short.BYTES);

  private final String word;
  private final int bytes;

  StateType(String word, int bytes) {
    this.word = word;
    this.bytes = bytes;
  }

  /** The name in the spec. */
  public String word() {
    return word;
  }

  /** Bytes per value. */
  public int bytes() {
    return bytes;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(StateType::word).toList();
  }
}
