package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.PublishedFile;
import java.net.URI;
import java.util.List;

/** {@code mnist}: the handwritten digits of LeCun, Cortes and Burges. */
public final class MnistFormat extends PublishedFormat {
  public MnistFormat() {
    super(
        "mnist",
        "handwritten digits, downloaded once",
        URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        List.of(
            new PublishedFile(
                "train-images-idx3-ubyte.gz",
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            new PublishedFile(
                "train-labels-idx1-ubyte.gz",
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            new PublishedFile(
                "t10k-images-idx3-ubyte.gz",
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            new PublishedFile(
                "t10k-labels-idx1-ubyte.gz",
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")));
  }
}
