package dev.tidemill.pipeline;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class ExportIT {
  private static final int IMAGES = 20;
  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;
  private static final Map<String, List<Integer>> PYTORCH =
      Map.ofEntries(
          entry("conv1.weight", List.of(6, 1, 5, 5)),
          entry("conv1.bias", List.of(6)),
          entry("conv2.weight", List.of(16, 6, 5, 5)),
          entry("conv2.bias", List.of(16)),
          entry("fc1.weight", List.of(120, 400)),
          entry("fc1.bias", List.of(120)),
          entry("fc2.weight", List.of(84, 120)),
          entry("fc2.bias", List.of(84)),
          entry("fc3.weight", List.of(10, 84)),
          entry("fc3.bias", List.of(10)));
  private static final String SCRIPT =
      """
      import sys, json, struct, torch, torch.nn.functional as F
      data = open(sys.argv[1], "rb").read()
      length = struct.unpack("<Q", data[:8])[0]
      header, rest = json.loads(data[8:8 + length]), data[8 + length:]
      class Lenet(torch.nn.Module):
          def __init__(self):
              super().__init__()
              self.conv1, self.conv2 = torch.nn.Conv2d(1, 6, 5), torch.nn.Conv2d(6, 16, 5)
              self.fc1, self.fc2 = torch.nn.Linear(400, 120), torch.nn.Linear(120, 84)
              self.fc3 = torch.nn.Linear(84, 10)
          def forward(self, x):
              x = F.max_pool2d(F.relu(self.conv1(F.pad(x, (2, 2, 2, 2)))), 2)
              x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
              return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
      net = Lenet()
      net.load_state_dict({name: torch.frombuffer(bytearray(rest[slice(*e["data_offsets"])]), dtype=torch.float32)
                           .reshape(e["shape"]) for name, e in header.items() if name != "__metadata__"})
      images = torch.frombuffer(bytearray(open(sys.argv[2], "rb").read()), dtype=torch.uint8)
      with torch.no_grad():
          for row in net(images.reshape(-1, 1, 28, 28).float() / 255).tolist():
              print(*row)
      """;

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  ExportIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void exportedTensorsGiveTheSameLogits() throws Exception {
    Pipeline pipeline = trained();
    Path file = exported(pipeline);
    PlainLenet plain = PlainLenet.of(file);
    assertThat(
            plain.tensors().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().shape())))
        .isEqualTo(PYTORCH);
    byte[] images = images();
    double[][] ours = logProbabilities(pipeline, images);
    for (int i = 0; i < IMAGES; i++) {
      double[] logits = plain.logits(Arrays.copyOfRange(images, i * PIXELS, (i + 1) * PIXELS));
      assertSameLogits(ours[i], logits);
    }
  }

  @Test
  void exportedTensorsGiveTheSameLogitsInPyTorch() throws Exception {
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    assumeTrue(succeeds(python, "-c", "import torch"), python + " has no torch");
    Pipeline pipeline = trained();
    byte[] images = images();
    Path script = Files.writeString(folder.resolve("logits.py"), SCRIPT);
    Path raw = Files.write(folder.resolve("images"), images);
    Process process =
        new ProcessBuilder(python, script.toString(), exported(pipeline).toString(), raw.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> rows = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();
    double[][] ours = logProbabilities(pipeline, images);
    for (int i = 0; i < IMAGES; i++) {
      assertSameLogits(
          ours[i],
          Arrays.stream(rows.get(i).split(" ")).mapToDouble(Double::parseDouble).toArray());
    }
  }

  private Pipeline trained() {
    Pipeline pipeline = Pipeline.create(kafka, "export");
    Outcome sent = pipeline.run("produce", "--data", TestData.digits(), "--limit", "1000").done();
    Outcome trained = pipeline.run("train", "--epochs", "2", "--optimizer", "adam").done();
    assertThat(sent.status() + trained.status()).isZero();
    return pipeline;
  }

  private Path exported(Pipeline pipeline) {
    Path file = folder.resolve("weights.safetensors");
    Outcome unused = pipeline.run("models export", file.toString()).done();
    return file;
  }

  private static byte[] images() {
    byte[] images = new byte[IMAGES * PIXELS];
    new Random(5).nextBytes(images);
    return images;
  }

  private static double[][] logProbabilities(Pipeline pipeline, byte[] images) {
    FloatBuffer outputs =
        ByteBuffer.allocateDirect(IMAGES * CLASSES * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    TensorBatch batch = new TensorBatch();
    batch.add(
        ElementType.UINT8, ByteBuffer.wrap(images).order(ByteOrder.LITTLE_ENDIAN), 1, 0, 0, IMAGES);
    try (ServableModel model =
        Engines.named("dl4j").load(pipeline.state(pipeline.newest()), IMAGES)) {
      model.predict(batch, outputs);
    }
    double[][] logs = new double[IMAGES][CLASSES];
    for (int i = 0; i < IMAGES * CLASSES; i++) {
      logs[i / CLASSES][i % CLASSES] = Math.log(outputs.get(i));
    }
    return logs;
  }

  /** Compares with the log softmax, which differs from the logits by the same amount per class. */
  private static void assertSameLogits(double[] logProbabilities, double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    for (int c = 0; c < CLASSES; c++) {
      assertThat(logProbabilities[c]).isEqualTo(logits[c] - Math.log(sum), within(1e-4));
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      // The program does not exist.
      return false;
    }
  }
}
