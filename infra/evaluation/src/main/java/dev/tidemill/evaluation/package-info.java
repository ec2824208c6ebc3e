/** How good a model's answers are, by the labels that become known later. */
@NullMarked
package dev.tidemill.evaluation;

import org.jspecify.annotations.NullMarked;
