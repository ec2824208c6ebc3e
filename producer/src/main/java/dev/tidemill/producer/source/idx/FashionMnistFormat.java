package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.PublishedFile;
import java.net.URI;
import java.util.List;

/** {@code fashion-mnist}: the articles of clothing of Xiao, Rasul and Vollgraf. */
public final class FashionMnistFormat extends PublishedFormat {
  public FashionMnistFormat() {
    super(
        "fashion-mnist",
        "articles of clothing, downloaded once",
        URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        List.of(
            new PublishedFile(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            new PublishedFile(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new PublishedFile(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new PublishedFile(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")));
  }
}
