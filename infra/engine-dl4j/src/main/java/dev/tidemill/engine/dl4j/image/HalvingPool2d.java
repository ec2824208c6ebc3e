package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/**
 * Max pooling with 2 by 2 windows and stride 2, by far the most common pooling. It first gathers an
 * image's values by their position in the window, then takes the maximum of four long arrays. The
 * first of equal values gets the gradient, as in PyTorch.
 */
final class HalvingPool2d implements Kernel {
  private final int batch;
  private final Image in;
  private final Image out;
  private final Signal input;
  private final Signal output;
  private final float[] image;
  private final float[][] gathered;
  private final Floats four;
  private final MaxOfFour quarters;
  private final int[] argmax;
  private final int[] imageArgmax;
  // Index of each window's upper left value in the image.
  private final int[] windowStarts;
  private final float[] gradients;

  HalvingPool2d(
      int batch, Image in, Window window, Signal input, Signal output, Workspace workspace) {
    this.batch = batch;
    this.in = in;
    this.input = input;
    this.output = output;
    out = in.outputShape(in.channels(), window);
    image = new float[in.length()];
    gathered = new float[MaxOfFour.COUNT][out.length()];
    four = workspace.scratch((long) MaxOfFour.COUNT * out.length());
    quarters = new MaxOfFour(out.length(), workspace);
    boolean training = output.hasGradient();
    argmax = new int[training ? Math.multiplyExact(batch, out.length()) : 0];
    gradients = new float[training ? out.length() : 0];
    imageArgmax = new int[gradients.length];
    windowStarts = new int[out.length()];
    for (int i = 0; i < windowStarts.length; i++) {
      int y = i / out.width() % out.height();
      int plane = i / out.planeLength() * in.planeLength();
      windowStarts[i] = plane + 2 * y * in.width() + 2 * (i % out.width());
    }
  }

  @Override
  public void forward() {
    run(false);
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    run(output.hasGradient());
  }

  private void run(boolean training) {
    for (int n = 0; n < batch; n++) {
      input.values().read(n * image.length, image, image.length);
      gatherQuarters();
      for (int q = 0; q < MaxOfFour.COUNT; q++) {
        four.write(q * out.length(), gathered[q], out.length());
      }
      float[] largest = quarters.max(four);
      if (training) {
        quarters.argmax(four, argmax, n * largest.length);
      }
      output.values().write(n * largest.length, largest, largest.length);
    }
  }

  private void gatherQuarters() {
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      gather(image, windowStarts, q % 2 + q / 2 * in.width(), gathered[q]);
    }
  }

  private static void gather(float[] from, int[] indices, int offset, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = from[indices[i] + offset];
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int n = 0; n < batch; n++) {
      dy.read(n * gradients.length, gradients, gradients.length);
      Arrays.fill(image, 0);
      System.arraycopy(argmax, n * gradients.length, imageArgmax, 0, imageArgmax.length);
      for (int i = 0; i < gradients.length; i++) {
        int position = imageArgmax[i];
        image[windowStarts[i] + (position & 1) + (position >> 1) * in.width()] = gradients[i];
      }
      dx.write(n * image.length, image, image.length);
    }
  }

  @Override
  public String describe() {
    return "max pool " + in + " to " + out + ": sorted into quarters";
  }
}
