package dev.tidemill.benchmarks.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The samples as Deeplearning4j takes them: scaled, padded floats, prepared before any clock runs.
 */
final class StockDl4jSamples {
  private final Samples samples;
  private final int pad;
  private final Map<Integer, List<DataSet>> batches = new HashMap<>();

  StockDl4jSamples(Samples samples, String network) {
    this.samples = samples;
    pad = network.equals("lenet") ? 2 : 0;
  }

  /** The batch of a step. */
  DataSet batch(long step, int size) {
    List<DataSet> all = batches.computeIfAbsent(size, this::prepare);
    return all.get((int) (step % all.size()));
  }

  private List<DataSet> prepare(int size) {
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < Samples.batches(size); i++) {
      all.add(dataSet(i * size, size));
    }
    return all;
  }

  private DataSet dataSet(int first, int size) {
    int side = 28 + 2 * pad;
    float[] pixels = new float[size * side * side];
    float[] classes = new float[size * 10];
    for (int sample = 0; sample < size; sample++) {
      for (int y = 0; y < 28; y++) {
        for (int x = 0; x < 28; x++) {
          int pixel = samples.inputs().get(((first + sample) * 28 + y) * 28 + x) & 0xff;
          pixels[(sample * side + y + pad) * side + x + pad] = pixel / 255f;
        }
      }
      classes[sample * 10 + samples.labels().getInt(4 * (first + sample))] = 1;
    }
    INDArray inputs =
        pad == 0
            ? Nd4j.createFromArray(pixels).reshape(size, StockDl4jNetwork.PIXELS)
            : Nd4j.createFromArray(pixels).reshape(size, 1, side, side);
    return new DataSet(inputs, Nd4j.createFromArray(classes).reshape(size, 10));
  }
}
