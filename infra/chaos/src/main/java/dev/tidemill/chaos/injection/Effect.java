package dev.tidemill.chaos.injection;

/**
 * What a fault did.
 *
 * @param happened false if there was nothing to harm, for example no process
 * @param note what was harmed, or why nothing was
 */
public record Effect(boolean happened, String note) {

  static Effect of(boolean happened, String note) {
    return new Effect(happened, note);
  }
}
