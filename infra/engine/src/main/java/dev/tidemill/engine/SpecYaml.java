package dev.tidemill.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Converts YAML text to and from trees of maps, lists and scalars. */
final class SpecYaml {
  private static final int MAX_LENGTH = 1 << 18;
  private static final int MAX_DEPTH = 12;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setLabel("spec")
          .setSchema(new CoreSchema())
          .setCodePointLimit(MAX_LENGTH)
          .setMaxAliasesForCollections(0)
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setAllowNonScalarKeys(false)
          .build();

  private SpecYaml() {}

  /** Parses one document. Checks the depth first, because building the tree recurses. */
  static @Nullable Object tree(String yaml) {
    if (yaml.length() > MAX_LENGTH) {
      throw fault("the spec is longer than " + MAX_LENGTH + " characters");
    }
    try {
      rejectUnsafe(new Parse(SETTINGS).parseString(yaml));
      return new Load(SETTINGS).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw fault(String.valueOf(e.getMessage()).strip());
    }
  }

  private static void rejectUnsafe(Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      if (event instanceof AliasEvent) {
        throw fault("aliases (*) are not allowed");
      }
      boolean tagged =
          (event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
              || (event instanceof CollectionStartEvent start && start.getTag().isPresent());
      if (tagged) {
        throw fault("tags (!) are not allowed");
      }
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > MAX_DEPTH) {
        throw fault("the spec is nested deeper than " + MAX_DEPTH + " levels");
      }
    }
  }

  /** Returns the text of a built-in spec or a file. */
  static String text(String nameOrFile) {
    try {
      if (ModelSpec.BUILT_IN.contains(nameOrFile)) {
        return builtIn(nameOrFile);
      }
      Path file = Path.of(nameOrFile);
      if (!Files.isRegularFile(file)) {
        throw fault(
            "no spec '"
                + nameOrFile
                + "': it is neither a file nor a built-in spec ("
                + String.join(", ", ModelSpec.BUILT_IN)
                + ")");
      }
      if (Files.size(file) > MAX_LENGTH) {
        throw fault(nameOrFile + " is longer than " + MAX_LENGTH + " bytes");
      }
      return Files.readString(file);
    } catch (IOException | InvalidPathException e) {
      throw fault("spec '" + nameOrFile + "' cannot be read: " + e);
    }
  }

  private static String builtIn(String name) throws IOException {
    try (InputStream in = SpecYaml.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IOException("this build does not contain " + name + ".yaml");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Writes a tree as text: one top-level key per line, one layer per line, the rest inline. */
  static String text(Map<String, Object> tree) {
    StringBuilder out = new StringBuilder();
    tree.forEach(
        (key, value) -> {
          out.append(key).append(':');
          if (key.equals("layers")) {
            out.append('\n');
            ((List<?>) value)
                .forEach(layer -> out.append("  - ").append(inline(layer)).append('\n'));
          } else {
            out.append(' ').append(inline(value)).append('\n');
          }
        });
    return out.toString();
  }

  static String inline(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> e.getKey() + ": " + inline(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SpecYaml::inline).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof String word && !isPlain(word)) {
      return '"' + word + '"';
    }
    return value instanceof Double number ? number(number) : value.toString();
  }

  /** Whether a word needs no quotes. Names contain no characters that need escaping in quotes. */
  private static boolean isPlain(String word) {
    return word.matches("[A-Za-z_][A-Za-z0-9_]*")
        && !word.toLowerCase(java.util.Locale.ROOT).matches("true|false|null");
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static InvalidSpecException fault(String text) {
    return new InvalidSpecException(List.of(text));
  }
}
