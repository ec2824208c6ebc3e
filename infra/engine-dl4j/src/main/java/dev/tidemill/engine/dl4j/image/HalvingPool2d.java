package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/**
 * The maximum of windows of 2 by 2 that do not overlap, by far the commonest pooling: an image's
 * values are sorted into the four places of a window first, and then it is one maximum of four long
 * runs. The first of equal ones takes the gradient, as in PyTorch.
 */
final class HalvingPool2d implements Kernel {
  private final int batch;
  private final Image in;
  private final Image out;
  private final Signal input;
  private final Signal output;
  private final float[] image;
  private final float[][] sorted;
  private final Floats four;
  private final MaxOfFour quarters;
  private final int[] winners;
  private final int[] latest;
  // Of each window, where in the image it begins.
  private final int[] upperLefts;
  private final float[] gradients;

  HalvingPool2d(
      int batch, Image in, Window window, Signal input, Signal output, Workspace workspace) {
    this.batch = batch;
    this.in = in;
    this.input = input;
    this.output = output;
    out = in.windowed(in.channels(), window);
    image = new float[in.length()];
    sorted = new float[MaxOfFour.COUNT][out.length()];
    four = workspace.scratch((long) MaxOfFour.COUNT * out.length());
    quarters = new MaxOfFour(out.length(), workspace);
    boolean learns = output.wantsGradient();
    winners = new int[learns ? Math.multiplyExact(batch, out.length()) : 0];
    gradients = new float[learns ? out.length() : 0];
    latest = new int[gradients.length];
    upperLefts = new int[out.length()];
    for (int i = 0; i < upperLefts.length; i++) {
      int y = i / out.width() % out.height();
      int plane = i / out.planeLength() * in.planeLength();
      upperLefts[i] = plane + 2 * y * in.width() + 2 * (i % out.width());
    }
  }

  @Override
  public void forward() {
    run(false);
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    run(output.wantsGradient());
  }

  private void run(boolean remember) {
    for (int n = 0; n < batch; n++) {
      input.values().read(n * image.length, image, image.length);
      sort();
      for (int q = 0; q < MaxOfFour.COUNT; q++) {
        four.write(q * out.length(), sorted[q], out.length());
      }
      float[] largest = quarters.largest(four);
      if (remember) {
        quarters.winners(four, winners, n * largest.length);
      }
      output.values().write(n * largest.length, largest, largest.length);
    }
  }

  private void sort() {
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      gather(image, upperLefts, q % 2 + q / 2 * in.width(), sorted[q]);
    }
  }

  private static void gather(float[] from, int[] places, int further, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = from[places[i] + further];
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int n = 0; n < batch; n++) {
      dy.read(n * gradients.length, gradients, gradients.length);
      Arrays.fill(image, 0);
      System.arraycopy(winners, n * gradients.length, latest, 0, latest.length);
      for (int i = 0; i < gradients.length; i++) {
        int won = latest[i];
        image[upperLefts[i] + (won & 1) + (won >> 1) * in.width()] = gradients[i];
      }
      dx.write(n * image.length, image, image.length);
    }
  }

  @Override
  public String describe() {
    return "max pool " + in + " to " + out + ": sorted into quarters";
  }
}
