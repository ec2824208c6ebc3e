package dev.tidemill.producer.source.text;

import dev.tidemill.producer.source.SplitMix;
import java.util.List;

/**
 * Generates sentences that are easy to learn but have structure: a verb agrees with its subject at
 * any distance, and a pronoun agrees with the subject that it refers to. Each sentence is a line:
 * {@code the small cat sees two dogs because it runs.}
 */
final class Grammar {
  private static final List<String> NOUNS =
      List.of("cat", "dog", "bird", "cow", "farmer", "robot", "teacher", "sailor", "girl", "goat");
  private static final List<String> VERBS =
      List.of("see", "like", "hear", "follow", "paint", "need", "help", "find");
  private static final List<String> ACTS = List.of("sing", "run", "sleep", "wait", "dance", "jump");
  private static final List<String> ADJECTIVES =
      List.of("small", "big", "red", "quiet", "young", "happy", "lazy", "brave");
  private static final List<String> ONE = List.of("a", "the", "one");
  private static final List<String> SEVERAL = List.of("the", "two", "many");

  private Grammar() {}

  /** Returns a random sentence with a line end. */
  static String sentence(SplitMix random) {
    boolean several = random.below(2) == 1;
    StringBuilder words = new StringBuilder();
    subject(words, several, random);
    words.append(' ').append(agreeing(of(VERBS, random), several)).append(' ');
    subject(words, random.below(2) == 1, random);
    if (random.below(3) == 0) {
      words
          .append(" because ")
          .append(several ? "they " : "it ")
          .append(agreeing(of(ACTS, random), several));
    }
    return words.append(".\n").toString();
  }

  private static void subject(StringBuilder words, boolean several, SplitMix random) {
    words.append(of(several ? SEVERAL : ONE, random)).append(' ');
    if (random.below(3) == 0) {
      words.append(of(ADJECTIVES, random)).append(' ');
    }
    words.append(of(NOUNS, random)).append(several ? "s" : "");
  }

  /** Adds an s to the verb if its subject is singular. */
  private static String agreeing(String verb, boolean several) {
    return several ? verb : verb + "s";
  }

  private static String of(List<String> words, SplitMix random) {
    return words.get(random.below(words.size()));
  }
}
