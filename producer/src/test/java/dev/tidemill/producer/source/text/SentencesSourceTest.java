package dev.tidemill.producer.source.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.SplitMix;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SentencesSourceTest {
  private static final String THING =
      "(?:(?:(?:a|the|one) (?:\\w+ )?\\w+[^s ])|(?:(?:the|two|many) (?:\\w+ )?\\w+s))";
  private static final Pattern ONE =
      Pattern.compile(
          "(?:a|the|one) (?:\\w+ )?\\w*[^s ] \\w+s " + THING + "( because it \\w+s)?\\.\n");
  private static final Pattern SEVERAL =
      Pattern.compile(
          "(?:the|two|many) (?:\\w+ )?\\w+s \\w*[^s ] " + THING + "( because they \\w*[^s])?\\.\n");

  @Test
  void verbsAndPronounsAgreeWithTheirSubject() {
    SplitMix random = new SplitMix(5);
    List<String> sentences =
        IntStream.range(0, 500).mapToObj(i -> Grammar.sentence(random)).toList();
    assertThat(sentences)
        .allMatch(s -> ONE.matcher(s).matches() || SEVERAL.matcher(s).matches())
        .anyMatch(s -> ONE.matcher(s).matches())
        .anyMatch(s -> SEVERAL.matcher(s).matches());
  }

  @Test
  void samplesAreReproducibleInAnyOrder() {
    SentencesSource source = new SentencesSource(7, 64, false);
    Sample sample = source.at(1234);
    SampleReaders.from(source, 0, 100);
    assertThat(source.at(1234)).isEqualTo(sample);
    assertThat(new SentencesSource(7, 64, false).at(1234)).isEqualTo(sample);
  }

  @Test
  void seedAndTestPartChangeTheSamples() {
    List<Sample> samples = SampleReaders.from(new SentencesSource(7, 64, false), 0, 200);
    assertThat(SampleReaders.from(new SentencesSource(8, 64, false), 0, 200))
        .doesNotContainAnyElementsOf(samples);
    assertThat(SampleReaders.from(new SentencesSource(7, 64, true), 0, 200))
        .doesNotContainAnyElementsOf(samples);
  }

  @Test
  void labelsAreTheInputsShiftedByOneByte() {
    for (Sample sample : SampleReaders.from(new SentencesSource(1, 40, false), 0, 100)) {
      String text = StandardCharsets.US_ASCII.decode(sample.data().duplicate()).toString();
      assertThat(text).hasSize(40).matches("[a-z .\n]+");
      assertThat(sample.label())
          .isInstanceOfSatisfying(
              SampleLabel.NextBytes.class,
              next ->
                  assertThat(next.numbers().slice(0, 39)).isEqualTo(sample.data().slice(1, 39)));
    }
  }

  @Test
  void someWindowsStartLikePaddedPrompts() {
    List<Sample> samples = SampleReaders.from(new SentencesSource(1, 64, false), 0, 800);
    long padded = samples.stream().filter(s -> s.data().get(0) == '\n').count();
    assertThat(padded).isBetween(60L, 200L);
  }
}
