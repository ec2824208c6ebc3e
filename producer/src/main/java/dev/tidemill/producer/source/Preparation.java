package dev.tidemill.producer.source;

import dev.tidemill.schemas.Standardization;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The preprocessing of a model's training data, which its requests need as well.
 *
 * @param standardization null if the features were not standardized
 * @param classNames class names in the order of the class numbers; empty if labels were numbers
 */
public record Preparation(@Nullable Standardization standardization, List<String> classNames) {
  public Preparation {
    classNames = List.copyOf(classNames);
  }
}
