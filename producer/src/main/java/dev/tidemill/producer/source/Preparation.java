package dev.tidemill.producer.source;

import dev.tidemill.schemas.Standardization;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the data that a model learned from was prepared, so that what it is asked is treated alike.
 *
 * @param standardization null where features went as they were
 * @param classNames in the order of their numbers; empty where labels were numbers
 */
public record Preparation(@Nullable Standardization standardization, List<String> classNames) {
  public Preparation {
    classNames = List.copyOf(classNames);
  }
}
