package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootRangesTest {
  private static Checkpoint version(long version, long root, OffsetRange... ranges) {
    return Checkpoint.newBuilder()
        .setModel("m")
        .setVersion(version)
        .setRoot(root)
        .setSpec("")
        .setEngine("dl4j")
        .setTopic("batches")
        .setRanges(List.of(ranges))
        .setPositions(List.of())
        .setSteps(1)
        .setSamples(1)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private static OffsetRange range(int partition, long start, int first, long end, int last) {
    return new OffsetRange(partition, 1, start, first, end, last);
  }

  @Test
  void joinsTheRangesDownToTheRootAndNoOthers() {
    List<Checkpoint> lineage =
        List.of(
            version(1, 1, range(0, 0, 0, 100, 0), range(1, 0, 0, 90, 0)),
            version(2, 2, range(0, 80, 3, 100, 0)),
            version(3, 2, range(0, 100, 0, 120, 5), range(1, 70, 0, 91, 0)),
            version(4, 2, range(0, 120, 5, 200, 0)));
    RootRanges read = new RootRanges(lineage.get(2));
    lineage.forEach(read::add);
    assertThat(read.describe()).isEqualTo("0:80+3-120+5 1:70-91");
    assertThat(new ResultRow().with("read", read.toRows()).toJson())
        .isEqualTo(
            "{\"read\":[{\"partition\":0,\"start\":80,\"start_sample\":3,\"end\":120,"
                + "\"end_sample\":5},{\"partition\":1,\"start\":70,\"start_sample\":0,\"end\":91,"
                + "\"end_sample\":0}]}");
  }

  @Test
  void aGapDividesTheRanges() {
    RootRanges read = new RootRanges(version(2, 1));
    read.add(version(2, 1, range(0, 200, 0, 300, 0)));
    read.add(version(1, 1, range(0, 0, 0, 100, 0)));
    assertThat(read.describe()).isEqualTo("0:0-100 0:200-300");
  }
}
