package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SpecYamlTest {

  @Test
  void rejectsAliasesAgainstBillionLaughs() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    refused(laughs.toString(), "aliases (*) are not allowed");
    refused("&a [*a]", "aliases (*) are not allowed");
    refused("{<<: &a {x: 1}, y: *a}", "aliases (*) are not allowed");
  }

  @Test
  void rejectsTagsThatNameClasses() {
    refused("!!javax.script.ScriptEngineManager [x]", "tags (!) are not allowed");
    refused("{name: !<tag:yaml.org,2002:java.io.File> x}", "tags (!) are not allowed");
  }

  @Test
  void rejectsDeepNesting() {
    refused("[".repeat(200_000), "nested deeper than 12");
    refused("- ".repeat(100_000), "nested deeper than 12");
    refused("{a: ".repeat(50_000), "nested deeper than 12");
  }

  @Test
  void rejectsLongTextsAndSeveralDocuments() {
    refused("x".repeat(300_000), "longer than 262144 characters");
    refused("a: 1\n---\na: 2\n", "expected a single document");
  }

  @Test
  void rejectsDuplicateKeysAndInvalidSyntax() {
    refused("a: 1\na: 2\n", "duplicate key");
    refused("a: {b", "expected");
    refused("\u0007", "special characters are not allowed");
  }

  @Test
  void limitsReportedUnknownKeys() {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      keys.append("key").append(i).append(": 1\n");
    }
    assertThatThrownBy(() -> ModelSpec.parse(keys.toString()))
        .isInstanceOfSatisfying(
            InvalidSpecException.class,
            e -> assertThat(e.faults()).hasSize(26).last().asString().contains("9980 more"));
  }

  @Test
  void removesControlCharactersFromFaults() {
    refused("name: \"\\e[2Jboo\"", "got '?[2Jboo'");
  }

  @Test
  void parsesYaml12Numbers() {
    assertThat(SpecYaml.tree("[1e-3, 1.0E-8, .5, 12, no, yes]"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .containsExactly(1e-3, 1e-8, 0.5, 12, "no", "yes");
  }

  @Test
  void parsesOrRejectsDamagedSpecs() {
    String sound = ModelSpec.load("lenet").toYaml();
    String alphabet = "{}[],:-#&*!|>'\"%@`0123456789.eE \n\tabcxyz~?<";
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      StringBuilder damaged = new StringBuilder(sound);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(damaged.length() - 10);
        switch (random.nextInt(3)) {
          case 0 -> damaged.delete(at, at + 1 + random.nextInt(8));
          case 1 -> damaged.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
          default -> damaged.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
        }
      }
      try {
        ModelSpec spec = ModelSpec.parse(damaged.toString());
        assertThat(ModelSpec.parse(spec.toYaml())).isEqualTo(spec);
      } catch (InvalidSpecException e) {
        assertThat(e.faults()).isNotEmpty();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2_500);
  }

  private static void refused(String yaml, String why) {
    assertThatThrownBy(() -> ModelSpec.parse(yaml))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(why);
  }
}
