package dev.tidemill.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes LeNet's forward pass over an exported file in plain loops with double precision. It
 * shares no code with the product.
 */
final class PlainLenet {
  /** One tensor of the file, row-major. */
  record Weights(List<Integer> shape, FloatBuffer values) {}

  private final Map<String, Weights> tensors;

  private PlainLenet(Map<String, Weights> tensors) {
    this.tensors = tensors;
  }

  static PlainLenet of(Path safetensors) throws IOException {
    return of(ByteBuffer.wrap(Files.readAllBytes(safetensors)));
  }

  /** Reads a safetensors file: header length, JSON header, raw tensors. */
  static PlainLenet of(ByteBuffer bytes) {
    ByteBuffer file = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(file.getLong())];
    file.get(header);
    ByteBuffer data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Weights> tensors = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry :
        Outcome.parse(new String(header, StandardCharsets.UTF_8)).properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(entry.getKey(), weights(entry.getValue(), data));
      }
    }
    return new PlainLenet(tensors);
  }

  private static Weights weights(JsonNode entry, ByteBuffer data) {
    List<Integer> shape = new ArrayList<>();
    entry.get("shape").forEach(size -> shape.add(size.asInt()));
    int begin = entry.get("data_offsets").get(0).asInt();
    int end = entry.get("data_offsets").get(1).asInt();
    ByteBuffer values = data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
    return new Weights(shape, values.asFloatBuffer());
  }

  Map<String, Weights> tensors() {
    return tensors;
  }

  /** Computes the logits of one image of 28x28 gray pixels. */
  double[] logits(byte[] pixels) {
    double[][][] image = new double[1][32][32];
    for (int i = 0; i < pixels.length; i++) {
      image[0][i / 28 + 2][i % 28 + 2] = (pixels[i] & 0xff) / 255.0;
    }
    double[][][] planes = pool(relu(convolve(image, "conv1")));
    planes = pool(relu(convolve(planes, "conv2")));
    double[] flat = new double[planes.length * planes[0].length * planes[0][0].length];
    int at = 0;
    for (double[][] plane : planes) {
      for (double[] row : plane) {
        System.arraycopy(row, 0, flat, at, row.length);
        at += row.length;
      }
    }
    return linear(relu(linear(relu(linear(flat, "fc1")), "fc2")), "fc3");
  }

  /** Computes the class probabilities of one image. */
  double[] probabilities(byte[] pixels) {
    double[] logits = logits(pixels);
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.exp(logits[i]);
      sum += logits[i];
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= sum;
    }
    return logits;
  }

  private double[][][] convolve(double[][][] in, String name) {
    FloatBuffer weight = values(name + ".weight");
    FloatBuffer bias = values(name + ".bias");
    int size = in[0].length - 4;
    double[][][] out = new double[bias.capacity()][size][size];
    for (int o = 0; o < bias.capacity(); o++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double sum = bias.get(o);
          for (int i = 0; i < in.length; i++) {
            for (int k = 0; k < 25; k++) {
              sum += weight.get((o * in.length + i) * 25 + k) * in[i][y + k / 5][x + k % 5];
            }
          }
          out[o][y][x] = sum;
        }
      }
    }
    return out;
  }

  private static double[][][] pool(double[][][] in) {
    int size = in[0].length / 2;
    double[][][] out = new double[in.length][size][size];
    for (int c = 0; c < in.length; c++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double upper = Math.max(in[c][2 * y][2 * x], in[c][2 * y][2 * x + 1]);
          double lower = Math.max(in[c][2 * y + 1][2 * x], in[c][2 * y + 1][2 * x + 1]);
          out[c][y][x] = Math.max(upper, lower);
        }
      }
    }
    return out;
  }

  private static double[][][] relu(double[][][] planes) {
    for (double[][] plane : planes) {
      for (double[] row : plane) {
        double[] unused = relu(row);
      }
    }
    return planes;
  }

  private static double[] relu(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    return values;
  }

  private double[] linear(double[] in, String name) {
    FloatBuffer weight = values(name + ".weight");
    FloatBuffer bias = values(name + ".bias");
    double[] out = new double[bias.capacity()];
    for (int o = 0; o < out.length; o++) {
      out[o] = bias.get(o);
      for (int i = 0; i < in.length; i++) {
        out[o] += weight.get(o * in.length + i) * in[i];
      }
    }
    return out;
  }

  private FloatBuffer values(String tensor) {
    Weights weights = tensors.get(tensor);
    if (weights == null) {
      throw new AssertionError("no tensor " + tensor + " among " + tensors.keySet());
    }
    return weights.values();
  }
}
