/** A client of a model: sends requests, waits for the answers and compares them with the labels. */
@NullMarked
package dev.tidemill.producer.requests;

import org.jspecify.annotations.NullMarked;
