package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * A row of the weight {@code [tokens, width]} for each token number. A row's gradient is added up
 * in the order in which its token came.
 */
public final class Embedding implements Kernel {
  private final int count;
  private final int tokens;
  private final int width;
  private final Floats input;
  private final Signal weight;
  private final Signal output;
  private final int[] chosen;
  private final float[] row;
  private final float[] summand;
  private final float[] zeros = new float[Floats.TILE];

  /**
   * @param count token numbers that a batch has
   * @param tokens that there are rows for
   * @param input the numbers, whole
   */
  public Embedding(int count, int tokens, int width, Floats input, Signal weight, Signal output) {
    this.count = count;
    this.tokens = tokens;
    this.width = width;
    this.input = input;
    this.weight = weight;
    this.output = output;
    chosen = new int[count];
    row = new float[width];
    summand = new float[width];
  }

  /**
   * @throws IllegalArgumentException if a number is none of the tokens
   */
  @Override
  public void forward() {
    for (int i = 0; i < count; i++) {
      float given = input.buffer().get(i);
      int token = (int) given;
      if (token != given || token < 0 || token >= tokens) {
        throw new IllegalArgumentException(given + " is none of the " + tokens + " tokens");
      }
      chosen[i] = token;
      weight.values().read(token * width, row, width);
      output.values().write(i * width, row, width);
    }
  }

  @Override
  public void backward() {
    Floats dw = weight.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int at = 0; at < dw.length(); at += Floats.TILE) {
      dw.write(at, zeros, Math.min(Floats.TILE, dw.length() - at));
    }
    for (int i = 0; i < count; i++) {
      dw.read(chosen[i] * width, row, width);
      dy.read(i * width, summand, width);
      for (int k = 0; k < row.length; k++) {
        row[k] += summand[k];
      }
      dw.write(chosen[i] * width, row, width);
    }
  }

  @Override
  public String describe() {
    return "embedding of " + tokens + " tokens: rows copied";
  }
}
