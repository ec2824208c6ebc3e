/** Asks a model: sends requests, awaits the answers and judges them. */
@NullMarked
package dev.tidemill.producer.requests;

import org.jspecify.annotations.NullMarked;
