package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultRowTest {
  @Test
  void writesOneLineOfJsonInOrder() {
    assertThat(
            new ResultRow()
                .with("b", 1L)
                .with("a", "x\"y\n")
                .with("none", null)
                .with("yes", true)
                .with("list", List.of(1, 2))
                .with("inner", new ResultRow().with("z", 0.5).values())
                .toJson())
        .isEqualTo(
            "{\"b\":1,\"a\":\"x\\\"y\\n\",\"none\":null,\"yes\":true,\"list\":[1,2],\"inner\":{\"z\":0.5}}");
  }

  @Test
  void writesNullForNanAndInfinityAtAnyDepth() {
    assertThat(
            new ResultRow()
                .with("loss", Double.NaN)
                .with("outputs", Arrays.asList(0.5f, Float.NaN, Float.POSITIVE_INFINITY))
                .with("inner", new ResultRow().with("x", Double.NEGATIVE_INFINITY).values())
                .toJson())
        .isEqualTo("{\"loss\":null,\"outputs\":[0.5,null,null],\"inner\":{\"x\":null}}");
  }
}
