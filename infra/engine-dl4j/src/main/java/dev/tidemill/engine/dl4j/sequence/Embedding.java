package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * {@code torch.nn.Embedding}: looks up a row of the weight {@code [tokens, width]} per token. Sums
 * a row's gradients in the order of the tokens.
 */
public final class Embedding implements Kernel {
  private final int count;
  private final int tokens;
  private final int width;
  private final Floats input;
  private final Signal weight;
  private final Signal output;
  private final int[] tokenNumbers;
  private final float[] row;
  private final float[] rowGradient;
  private final float[] zeros = new float[Floats.TILE];

  /**
   * @param count tokens per batch
   * @param tokens size of the vocabulary
   * @param input token numbers as floats with integer values
   */
  public Embedding(int count, int tokens, int width, Floats input, Signal weight, Signal output) {
    this.count = count;
    this.tokens = tokens;
    this.width = width;
    this.input = input;
    this.weight = weight;
    this.output = output;
    tokenNumbers = new int[count];
    row = new float[width];
    rowGradient = new float[width];
  }

  /**
   * @throws IllegalArgumentException if a token number is not an integer or is out of range
   */
  @Override
  public void forward() {
    for (int i = 0; i < count; i++) {
      float given = input.buffer().get(i);
      int token = (int) given;
      if (token != given || token < 0 || token >= tokens) {
        throw new IllegalArgumentException(
            "token " + given + " is invalid; tokens are integers from 0 to " + (tokens - 1));
      }
      tokenNumbers[i] = token;
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
      dw.read(tokenNumbers[i] * width, row, width);
      dy.read(i * width, rowGradient, width);
      for (int k = 0; k < row.length; k++) {
        row[k] += rowGradient[k];
      }
      dw.write(tokenNumbers[i] * width, row, width);
    }
  }

  @Override
  public String describe() {
    return "embedding of " + tokens + " tokens: rows copied";
  }
}
