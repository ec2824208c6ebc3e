package dev.tidemill.engine.dl4j.image;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import org.bytedeco.javacpp.FloatPointer;

/** Sums each channel over a batch of images, which gives the gradient of a convolution's bias. */
final class ChannelSums {
  private final int channels;
  private final int planeLength;
  private final FloatPointer[] images;
  private final Floats sums;
  private final Floats ones;

  ChannelSums(int batch, Image image, Floats values, Floats sums, Workspace workspace) {
    channels = image.channels();
    planeLength = image.planeLength();
    this.sums = sums;
    images = new FloatPointer[batch];
    for (int i = 0; i < batch; i++) {
      images[i] = values.pointer().<FloatPointer>getPointer((long) i * image.length());
    }
    ones = workspace.allocate(planeLength);
    for (int i = 0; i < planeLength; i++) {
      ones.buffer().put(i, 1);
    }
  }

  void run() {
    float beta = 0;
    for (FloatPointer image : images) {
      cblas_sgemv(
          CblasRowMajor,
          CblasNoTrans,
          channels,
          planeLength,
          1,
          image,
          planeLength,
          ones.pointer(),
          1,
          beta,
          sums.pointer(),
          1);
      beta = 1;
    }
  }
}
