package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedSourceTest {
  private static final ReadingOrder AS_IS = ReadingOrder.AS_IS;

  @Test
  void appliesSkipAndLimit() {
    IndexedSource source = OrderedSource.of(CountingSource.of(10), AS_IS.withSkip(3).withLimit(4));
    assertThat(classes(source)).containsExactly(3, 4, 5, 6);
    assertThat(SampleReaders.all(source)).extracting(Sample::index).containsExactly(0L, 1L, 2L, 3L);
    assertThat(source.description().count()).hasValue(4);
  }

  @Test
  void numbersSamplesAcrossEpochs() {
    IndexedSource source = OrderedSource.of(CountingSource.of(3), AS_IS.withEpochs(2));
    assertThat(classes(source)).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(SampleReaders.all(source)).extracting(Sample::index).endsWith(5L);
  }

  @Test
  void shufflesEachEpochInANewOrder() {
    IndexedSource source =
        OrderedSource.of(CountingSource.of(100), AS_IS.withEpochs(2).shuffled(5));
    List<Integer> all = classes(source);
    List<Integer> sorted = IntStream.range(0, 100).boxed().toList();
    assertThat(all.subList(0, 100)).containsExactlyInAnyOrderElementsOf(sorted);
    assertThat(all.subList(100, 200))
        .containsExactlyInAnyOrderElementsOf(sorted)
        .isNotEqualTo(all.subList(0, 100));
  }

  @Test
  void repeatsAFileInANewOrderEachTime() {
    IndexedSource source = CountingSource.of(100).repeatedlyShuffled(5);
    List<Integer> read =
        SampleReaders.from(source, 0, 300).stream().map(SampleReaders::classOf).toList();
    List<Integer> sorted = IntStream.range(0, 100).boxed().toList();
    List<List<Integer>> rounds =
        List.of(read.subList(0, 100), read.subList(100, 200), read.subList(200, 300));
    assertThat(rounds)
        .doesNotHaveDuplicates()
        .doesNotContain(sorted)
        .allSatisfy(round -> assertThat(round).containsExactlyInAnyOrderElementsOf(sorted));
  }

  @Test
  void resumesFromAnyIndexWithTheSameSamples() {
    for (ReadingOrder order :
        List.of(
            AS_IS.withEpochs(3),
            AS_IS.withEpochs(3).shuffled(1),
            AS_IS.withSkip(2).withEpochs(2).withLimit(9))) {
      IndexedSource source = OrderedSource.of(CountingSource.of(7), order);
      List<Sample> all = SampleReaders.all(source);
      for (int index = 0; index <= all.size(); index++) {
        assertThat(SampleReaders.from(source, index, Long.MAX_VALUE))
            .isEqualTo(all.subList(index, all.size()));
      }
    }
  }

  @Test
  void keyDependsOnOrderButNotOnLimit() {
    CountingSource ten = CountingSource.of(10);
    String key = key(ten, AS_IS);
    assertThat(key(ten, AS_IS.withLimit(5))).isEqualTo(key);
    assertThat(key(ten, AS_IS.withEpochs(3))).isEqualTo(key(ten, AS_IS.withEpochs(2)));
    assertThat(key(ten, AS_IS.withSkip(5))).isNotEqualTo(key);
    assertThat(key(ten, AS_IS.shuffled(1))).isNotEqualTo(key(ten, AS_IS.shuffled(2)));
  }

  @Test
  void keyContainsSizeOnlyIfOrderDependsOnIt() {
    for (ReadingOrder order : List.of(AS_IS.shuffled(1), AS_IS.withEpochs(2))) {
      assertThat(order.keyOf("csv:t", 10)).isNotEqualTo(order.keyOf("csv:t", 11));
    }
    assertThat(AS_IS.keyOf("csv:t", 10)).isEqualTo(AS_IS.keyOf("csv:t", 11));
  }

  @Test
  void rejectsShuffleAndEpochsOfEndlessSource() {
    assertThatThrownBy(() -> OrderedSource.of(CountingSource.endless(), AS_IS.shuffled(1)))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("is endless");
    assertThatThrownBy(() -> OrderedSource.of(CountingSource.endless(), AS_IS.withEpochs(2)))
        .isInstanceOf(UnusableSourceException.class);
  }

  @Test
  void rejectsSkippingAllSamples() {
    assertThatThrownBy(() -> OrderedSource.of(CountingSource.of(3), AS_IS.withSkip(3)))
        .hasMessage("count:3 has 3 samples; skipping 3 leaves none");
  }

  private static String key(IndexedSource source, ReadingOrder order) {
    return OrderedSource.of(source, order).description().key();
  }

  private static List<Integer> classes(SampleSource source) {
    return SampleReaders.all(source).stream().map(SampleReaders::classOf).toList();
  }
}
