package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Instant;
import java.util.List;

/**
 * Folds the lineage of a trainer that has published for more than a month, in log order. Each
 * version comes with its payload, and again without it; one was pinned for almost as long.
 */
final class LineageHeapProcess {
  private static final int KEEP = 10;
  private static final int PINNED = 7;
  private static final String TOPIC = "checkpoints";

  private final SingleObjectFormat format = new SingleObjectFormat();
  private final LineageFold fold = new LineageFold();
  private final String spec = "# a spec of 1,500 characters\n" + "x".repeat(1_500);
  private long offset;

  /** Argument: the number of versions. */
  public static void main(String[] arguments) {
    int versions = Integer.parseInt(arguments[0]);
    Lineage lineage = new LineageHeapProcess().lineage(versions);
    System.out.println(
        lineage.versions() + " versions, " + lineage.withPayload().size() + " with payload");
    lineage.verify().forEach(System.out::println);
  }

  private Lineage lineage(int versions) {
    for (int version = 1; version <= versions; version++) {
      if (version > KEEP && version - KEEP != PINNED) {
        add(version - KEEP, false);
      }
      if (version == versions) {
        add(PINNED, false);
      }
      add(version, true);
    }
    return fold.finish();
  }

  /** Encodes and decodes the manifest, so that no two manifests share an object. */
  private void add(int version, boolean payload) {
    Checkpoint manifest = new Checkpoint();
    manifest.setModel("m");
    manifest.setVersion(version);
    manifest.setParent(version == 1 ? null : Long.valueOf(version - 1));
    manifest.setRun(1);
    manifest.setSpec(spec);
    manifest.setEngine("dl4j");
    manifest.setTopic("batches");
    manifest.setTopicId("id");
    manifest.setRanges(List.of(new OffsetRange(0, 1, version - 1L, 0, (long) version, 0)));
    manifest.setGaps(List.of());
    manifest.setPositions(List.of(new ReadPosition(0, 1, (long) version, 0)));
    manifest.setBounds(List.of());
    manifest.setRoot(1);
    manifest.setSteps(version);
    manifest.setSamples(version * 100L);
    manifest.setChanges(List.of());
    manifest.setErrors(List.of());
    manifest.setContractDigest("");
    manifest.setPayload(payload ? new Payload(0L, "0".repeat(64), List.of()) : null);
    manifest.setCreatedAt(Instant.EPOCH);
    manifest.setWorker("w");
    byte[] bytes = format.encode(TOPIC, manifest);
    fold.add(new Manifest(offset++, format.decode(TOPIC, bytes, Checkpoint.class)));
  }
}
