package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.TopicViolation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One result of a check.
 *
 * @param found what was found and, if that is not enough, what is needed
 * @param fix the command or setting that changes it; null if nothing is to do
 */
public record Finding(Result result, String found, @Nullable String fix) {

  /** How good a finding is. */
  public enum Result {
    OK,
    WARNING,
    ERROR,
    NOT_CHECKED;

    /** Returns it as it is printed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  static Finding ok(String found) {
    return new Finding(Result.OK, found, null);
  }

  static Finding warning(String found, String fix) {
    return new Finding(Result.WARNING, found, fix);
  }

  static Finding error(String found, @Nullable String fix) {
    return new Finding(Result.ERROR, found, fix);
  }

  /** A violation of the topic contract, which is an error. */
  static Finding of(TopicViolation violation) {
    return error(
        "%s: %s is %s, must be %s"
            .formatted(
                violation.topic() == null ? "brokers" : "topic " + violation.topic(),
                violation.setting(),
                violation.actual(),
                violation.required()),
        violation.fix());
  }

  /** A check that could not be made; {@code found} says why. */
  static Finding notChecked(String found, @Nullable String fix) {
    return new Finding(Result.NOT_CHECKED, found, fix);
  }
}
