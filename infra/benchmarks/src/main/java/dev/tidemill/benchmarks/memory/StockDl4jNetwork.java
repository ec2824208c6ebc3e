package dev.tidemill.benchmarks.memory;

import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The compared networks as a user of Deeplearning4j writes them. */
final class StockDl4jNetwork {
  static final int PIXELS = 28 * 28;

  private StockDl4jNetwork() {}

  /**
   * A network that is ready to be fitted. Deeplearning4j has no momentum but Nesterov's.
   *
   * @param name lenet, for 1 × 32 × 32 images; mlp, for 784 values
   */
  static MultiLayerNetwork build(String name) {
    // By itself, JavaCPP would unpack the natives to a place of its own.
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
          .setInputType(InputType.feedForward(PIXELS));
    }
    MultiLayerConfiguration configuration =
        layers
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** The version that its jar's name bears: its manifest has none. */
  static Map<String, String> versions() {
    String jar =
        MultiLayerNetwork.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Matcher version = Pattern.compile("deeplearning4j-nn-(.+)\\.jar").matcher(jar);
    return Map.of("DL4J", version.find() ? version.group(1) : "(version unknown)");
  }
}
