/**
 * Finds changes in a stream of values: of a model's errors, or of its inputs. Written from the
 * papers that each class names.
 */
@NullMarked
package dev.tidemill.evaluation.drift;

import org.jspecify.annotations.NullMarked;
