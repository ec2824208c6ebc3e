package dev.tidemill.producer.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Converts lists of strings to JSON arrays and back, for names in a batch's metadata. */
public final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  public static String array(List<String> texts) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeArray(texts.toArray(String[]::new), 0, texts.size());
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return out.toString();
  }

  /**
   * Parses the output of {@link #array}.
   *
   * @throws UnusableSourceException if the text is not a JSON array of strings
   */
  public static List<String> list(String array) {
    List<String> texts = new ArrayList<>();
    try (JsonParser json = JSON.createParser(array)) {
      boolean begins = json.nextToken() == JsonToken.START_ARRAY;
      while (begins && json.nextToken() == JsonToken.VALUE_STRING) {
        texts.add(json.getText());
      }
      if (!begins || json.currentToken() != JsonToken.END_ARRAY) {
        throw new UnusableSourceException("not a JSON array of strings: " + array);
      }
      return texts;
    } catch (IOException e) {
      throw new UnusableSourceException("not a JSON array of strings: " + array, e);
    }
  }
}
