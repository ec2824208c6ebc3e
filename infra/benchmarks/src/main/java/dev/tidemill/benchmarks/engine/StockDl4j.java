package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Participant: Deeplearning4j as its users write it, {@code fit} or {@code output}. It gets scaled,
 * padded floats, prepared before any clock runs.
 */
final class StockDl4j {
  private static final int SIDE = 28;

  private final Samples samples;
  private final MultiLayerNetwork network;
  private final int pad;
  private final Map<Integer, List<DataSet>> batches = new HashMap<>();

  private StockDl4j(Samples samples, String name) {
    this.samples = samples;
    network = network(name);
    pad = name.equals("lenet") ? 2 : 0;
  }

  /** Expects one of {@link Comparison#STOCK_NETWORKS} and a {@link Work}. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    StockDl4j stock = new StockDl4j(ComparedNetwork.of(args[0]).samples(), args[0]);
    Work work = Work.valueOf(args[1]);
    loop.serve(version(), JsonNode.class, order -> stock.round(order, work));
  }

  private TimedRound round(JsonNode order, Work work) {
    List<DataSet> all = batches.computeIfAbsent(order.path("batch").asInt(), this::prepare);
    return TimedRound.run(order, step -> step(all.get((int) (step % all.size())), work), () -> {});
  }

  private void step(DataSet batch, Work work) {
    if (work == Work.TRAINING) {
      network.fit(batch);
    } else {
      INDArray unused = network.output(batch.getFeatures());
    }
  }

  /**
   * Builds a network. Nesterov's is the only momentum that Deeplearning4j has.
   *
   * @param name lenet, for 1 × 32 × 32 images; mlp, for 784 values
   */
  private static MultiLayerNetwork network(String name) {
    // JavaCPP would unpack the natives to another place.
    NativeLibraries.load();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Nesterovs(ComparedNetwork.LEARNING_RATE, ComparedNetwork.MOMENTUM))
            .activation(Activation.RELU)
            .list();
    if (name.equals("lenet")) {
      layers
          .layer(new ConvolutionLayer.Builder(5, 5).nOut(6).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(new ConvolutionLayer.Builder(5, 5).nOut(16).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(new DenseLayer.Builder().nOut(120).build())
          .layer(new DenseLayer.Builder().nOut(84).build())
          .setInputType(InputType.convolutional(32, 32, 1));
    } else {
      layers
          .layer(new DenseLayer.Builder().nOut(128).build())
          .setInputType(InputType.feedForward(SIDE * SIDE));
    }
    OutputLayer.Builder output =
        new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX);
    MultiLayerNetwork network = new MultiLayerNetwork(layers.layer(output.build()).build());
    network.init();
    return network;
  }

  /** The version in the name of its jar, whose manifest has none. */
  private static Map<String, String> version() {
    String jar =
        MultiLayerNetwork.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Matcher version = Pattern.compile("deeplearning4j-nn-(.+)\\.jar").matcher(jar);
    return Map.of("DL4J", version.find() ? version.group(1) : "(version unknown)");
  }

  private List<DataSet> prepare(int size) {
    return IntStream.range(0, Samples.batches(size))
        .mapToObj(i -> dataSet(i * size, size))
        .toList();
  }

  private DataSet dataSet(int first, int size) {
    float[] pixels = new float[size * SIDE * SIDE];
    for (int pixel = 0; pixel < pixels.length; pixel++) {
      pixels[pixel] = (samples.inputs().get(first * SIDE * SIDE + pixel) & 0xff) / 255f;
    }
    float[] classes = new float[size * 10];
    for (int sample = 0; sample < size; sample++) {
      classes[sample * 10 + samples.labels().getInt(4 * (first + sample))] = 1;
    }
    INDArray inputs = Nd4j.createFromArray(pixels);
    int[][] around = {{0, 0}, {0, 0}, {pad, pad}, {pad, pad}};
    return new DataSet(
        pad == 0
            ? inputs.reshape(size, SIDE * SIDE)
            : Nd4j.pad(inputs.reshape(size, 1, SIDE, SIDE), around),
        Nd4j.createFromArray(classes).reshape(size, 10));
  }
}
