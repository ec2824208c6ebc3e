package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplittingTest {
  private static final long ALL = Long.MAX_VALUE;

  @Test
  void splitsIntoFirstAndNextSamples() {
    TrainTest split =
        new Splitting(ReadingOrder.AS_IS, 8, 2).of(CountingSource.of(12), CountingSource.of(12));
    assertThat(classes(split.train())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(classes(split.test())).containsExactly(8, 9);
  }

  @Test
  void trainsOnAllRemainingSamples() {
    TrainTest split =
        new Splitting(ReadingOrder.AS_IS, ALL, 2).of(CountingSource.of(5), CountingSource.of(5));
    assertThat(classes(split.train())).containsExactly(0, 1, 2);
    assertThat(classes(split.test())).containsExactly(3, 4);
  }

  @Test
  void usesSeparatePartsAsTheyAre() {
    TrainTest split =
        new Splitting(ReadingOrder.AS_IS, 3, 2).of(CountingSource.of(5), CountingSource.of(4));
    assertThat(classes(split.train())).containsExactly(0, 1, 2);
    assertThat(classes(split.test())).containsExactly(0, 1);
  }

  @Test
  void shufflesBeforeSplitting() {
    TrainTest split =
        new Splitting(ReadingOrder.AS_IS.shuffled(1), 80, 20)
            .of(CountingSource.of(100), CountingSource.of(100));
    List<Integer> test = classes(split.test());
    assertThat(test).isNotEqualTo(IntStream.range(80, 100).boxed().toList());
    assertThat(classes(split.train())).hasSize(80).doesNotContainAnyElementsOf(test);
  }

  @Test
  void rejectsTooFewSamples() {
    assertThatThrownBy(
            () ->
                new Splitting(ReadingOrder.AS_IS, 9, 2)
                    .of(CountingSource.of(10), CountingSource.of(10)))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessage("count:10 has 10 samples, but 11 are needed");
  }

  private static List<Integer> classes(SampleSource source) {
    return SampleReaders.all(source).stream().map(SampleReaders::classOf).toList();
  }
}
